"""Proves that older mail becomes memory, once, whatever its file and whoever is killed."""

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.core.errors import OutsideFailed, TransitionRefused, UsageInvalid
from aios_defs.core.rows.memory import IdentityRow, ProfileRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.past import Wish, import_past, look_at_past
from aios_defs.services.past_standing import Standing, imported, imports, is_past
from aios_defs.services.quarantine import quarantined
from resources.past.mbox import Mbox
from resources.past.sources import open_source
from tests.integration.desk import DESK, KIM, LOU, STRANGER, Desk, Mail

SEPARATOR = b"From someone@elsewhere.example Mon Mar  3 09:30:00 2025\n"
DATED = (("Date", "Mon, 03 Mar 2025 09:30:00 +0000"),)


class Killed(Exception):
    """Ends an import between two batches, as kill -9 would."""


def write(path: Path, *raws: bytes) -> Path:
    """Write an mbox of messages, as mboxrd does."""
    lines = (b"".join((SEPARATOR, raw.replace(b"\r\n", b"\n"), b"\n")) for raw in raws)
    path.write_bytes(b"".join(lines))
    return path


def mails(count: int, sender: str = "") -> list[bytes]:
    """Return different mails, from different people unless `sender` names one."""
    return [
        Mail(
            text=f"How much is the widget number {one}?",
            headers=DATED,
            sender=sender or f"guest{one}@elsewhere.example",
        ).raw(one)
        for one in range(count)
    ]


def bring(desk: Desk, path: Path, **wish: bool) -> Standing:
    """Import a mailbox."""
    source = Wish(source=open_source(path), connector="mail", **wish)
    return import_past(desk.kernel, source, lambda *_: None)


def stop_after(batches: int) -> Iterator[None]:
    """Let an import come so far, then end it."""
    yield from (None for _ in range(batches))
    raise Killed


def rows(desk: Desk, kind: type) -> list:
    """Return the rows of a kind."""
    with desk.kernel.ledger.view() as view:
        return view.select(kind)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Return where a test writes its mailbox."""
    return tmp_path / "archive.mbox"


def test_older_mail_becomes_memory_and_no_task(desk: Desk, box: Path) -> None:
    """Messages, people and interactions are there; no task is, and the store's count holds."""
    standing = bring(desk, write(box, *mails(3, sender=KIM)))

    desk.turn()

    assert dict(standing.counts) == {"imported": 3}
    assert not desk.tasks()
    assert [row.reason for row in desk.messages()] == ["imported"] * 3
    assert {row.at for row in rows(desk, InteractionRow)} == {
        datetime(2025, 3, 3, 9, 30, tzinfo=UTC)
    }
    assert desk.standings()["ignored"] == 3
    assert not desk.cards("notice")


def test_a_first_look_counts_and_writes_nothing(desk: Desk, box: Path) -> None:
    """The dry run says what would come, from when, and leaves the ledger as it was."""
    write(box, *mails(4), b"no header at all\n")
    with desk.kernel.ledger.view() as view:
        head = view.head()

    outlook = look_at_past(
        desk.kernel, Wish(source=open_source(box), connector="mail"), lambda _: None
    )

    with desk.kernel.ledger.view() as view:
        assert view.head() == head
    assert outlook.counts == {"imported": 4, "quarantined": 1}
    assert outlook.first == datetime(2025, 3, 3, 9, 30, tzinfo=UTC)


def test_a_second_import_finds_nothing_new(desk: Desk, box: Path) -> None:
    """The same mailbox again, and a copy of it elsewhere, make no event."""
    write(box, *mails(3))
    bring(desk, box)
    with desk.kernel.ledger.view() as view:
        head = view.head()

    again = bring(desk, box)
    copy = bring(desk, write(box.with_name("copy.mbox"), *mails(3)))

    with desk.kernel.ledger.view() as view:
        assert view.head() == head
    assert (dict(again.counts), dict(copy.counts)) == ({}, {"duplicate": 3})


def test_a_killed_import_goes_on_where_it_stood(desk: Desk, box: Path) -> None:
    """After each kill the rest is read, and in the end each message is there once."""
    write(box, *mails(350))
    for kills in (0, 1):
        stop = stop_after(kills)
        with pytest.raises(Killed):
            import_past(
                desk.kernel,
                Wish(source=open_source(box), connector="mail"),
                lambda *_, stop=stop: next(stop),
            )
        desk.reopen()

    standing = bring(desk, box)

    assert standing.is_resumed
    assert dict(standing.counts) == {"imported": 350}
    assert len(desk.messages()) == 350
    assert [one["counts"] for one in imports(desk.kernel)] == [{"imported": 350}]


def test_a_changed_mailbox_is_read_from_its_beginning(desk: Desk, box: Path) -> None:
    """What was put before the known part is found, and what is known makes no event."""
    bring(desk, write(box, *mails(3)))
    write(box, *mails(5)[::-1])
    os.utime(box, ns=(1, 1))

    standing = bring(desk, box)

    assert standing.is_changed
    assert dict(standing.counts) == {"duplicate": 3, "imported": 2}


def test_a_mailbox_that_changes_while_it_is_read_stops_the_import(desk: Desk, box: Path) -> None:
    """What might be half written is not taken; what came before stays."""
    write(box, *mails(150))

    def grow(*_: object) -> None:
        with box.open("ab") as file:
            file.write(SEPARATOR + b"From: half")

    with pytest.raises(OutsideFailed):
        import_past(desk.kernel, Wish(source=Mbox(path=box), connector="mail"), grow)

    assert len(desk.messages()) == 100


def test_two_imports_of_one_mailbox_do_not_mix(desk: Desk, box: Path) -> None:
    """Whoever comes second to a position is refused."""
    write(box, *mails(150))
    wish = Wish(source=Mbox(path=box), connector="mail")

    def overtake(*_: object) -> None:
        bring(desk, box)

    with pytest.raises(TransitionRefused):
        import_past(desk.kernel, wish, overtake)

    assert len(desk.messages()) == 150


def test_a_poison_message_takes_nothing_with_it(desk: Desk, box: Path) -> None:
    """It lies in quarantine with its place; those around it are imported."""
    first, second = mails(2)
    write(box, first, b"From: a@b.example\nFrom: c@d.example\n\ntwo authors\n", b"", second)

    standing = bring(desk, box)

    assert dict(standing.counts) == {"imported": 2, "quarantined": 2}
    reasons = [str(one["reason"]) for one in quarantined(desk.kernel)]
    assert (
        f"(byte {len(first.replace(bytes([13]), b'')) + len(SEPARATOR) + 1} of the file)"
        in (reasons[0])
    )


def test_what_an_import_brought_is_told_from_live_mail(desk: Desk, box: Path) -> None:
    """By its cause, so that a message released from quarantine later becomes no task either."""
    desk.receive(Mail(text="How much is the blue widget?", sender=KIM))
    bring(desk, write(box, *mails(1)))
    live, old = desk.messages()

    with desk.kernel.ledger.view() as view:
        assert [is_past(view, one) for one in (live, old)] == [False, True]


@pytest.mark.parametrize("quoting", [b">From ", b">>From "])
def test_a_mail_is_the_same_in_every_kind_of_mailbox(desk: Desk, box: Path, quoting: bytes) -> None:
    """Line ends, `>From ` quoting and the fields of mail programs make no other mail of it."""
    text = "Hello\n\nFrom now on it costs more.\n"
    raw = Mail(text=text, sender=KIM, identity="one@x.example", headers=DATED).raw(1)
    write(box, raw.replace(b"\nFrom now", b"\n" + quoting + b"now"))
    bring(desk, box)
    marked = b"Status: RO\nX-Mozilla-Status: 0001\n" + raw.replace(b"\r\n", b"\n")

    copy = bring(
        desk, write(box.with_name("b.mbox"), marked.replace(b"\nFrom now", b"\n>From now"))
    )
    desk.put(raw)
    desk.turn()

    assert dict(copy.counts) == {"duplicate": 1}
    assert not desk.tasks()
    assert [row.reason for row in desk.messages()] == ["imported", "duplicate"]


def test_the_same_id_with_other_content_is_another_mail(desk: Desk, box: Path) -> None:
    """An import that holds a forged id hides no mail of the live account."""
    one = Mail(text="Something else", identity="one@x.example").raw(1)
    bring(desk, write(box, one))

    desk.receive(Mail(text="How much is the blue widget?", identity="one@x.example"))

    assert len(desk.tasks()) == 1


def test_what_the_live_account_brought_is_not_imported(desk: Desk, box: Path) -> None:
    """A mail with a task keeps it; the import calls it known."""
    raw = Mail(text="How much is the blue widget?", identity="one@x.example").raw(1)
    desk.put(raw)
    desk.turn()

    standing = bring(desk, write(box, raw))

    assert dict(standing.counts) == {"duplicate": 1}
    assert len(desk.tasks()) == 1


def test_only_the_operators_word_makes_recipients_known(desk: Desk, box: Path) -> None:
    """A mail that claims to be ours makes nobody known; with --sent it does."""
    forged = Mail(text="As agreed", sender=DESK, to=STRANGER).raw(1)
    bring(desk, write(box, forged))
    assert STRANGER not in known(desk)

    own = Mail(text="As we said", sender=DESK, to=STRANGER).raw(2)
    bring(desk, write(box.with_name("sent.mbox"), own), is_sent=True)

    assert STRANGER in known(desk)


def known(desk: Desk) -> set[str]:
    """Return the addresses that the operator vouches for."""
    trusted = [row for row in rows(desk, IdentityRow) if row.basis != "inbound"]
    endorsed = {row.id for row in rows(desk, ProfileRow) if row.is_endorsed}
    return {desk.kernel.vault.open(row.value) for row in trusted if row.profile_id in endorsed}


def test_older_mail_is_part_of_the_conversation(desk: Desk, box: Path) -> None:
    """A live answer in an imported thread joins that thread."""
    bring(desk, write(box, Mail(text="Hello", sender=KIM, identity="old@x.example").raw(1)))

    desk.receive(Mail(text="How much is the blue widget?", answers=("old@x.example",)))

    assert len({row.thread_id for row in rows(desk, InteractionRow)}) == 1


def test_compressed_and_unquoted_mailboxes_are_read_whole(desk: Desk, box: Path) -> None:
    """A .gz is read as it is; a `From ` line without a date splits no message."""
    raw = mails(1)[0].replace(b"\r\n", b"\n") + b"\nFrom here on it rained.\n"
    box.write_bytes(gzip.compress(SEPARATOR + raw + b"\n" + SEPARATOR + mails(2)[1]))

    assert dict(bring(desk, box).counts) == {"imported": 2}


def test_a_broken_gzip_says_so_after_what_could_be_read(desk: Desk, box: Path) -> None:
    """What came before the break is imported, the rest named as unreadable."""
    write(box, *mails(150))
    packed = gzip.compress(box.read_bytes())
    box.write_bytes(packed[:-40])

    with pytest.raises(OutsideFailed):
        bring(desk, box)

    assert len(desk.messages()) == 100


def test_a_maildir_is_read_as_it_stands(desk: Desk, tmp_path: Path) -> None:
    """Each message of new and cur is imported once; nothing is moved."""
    folder = tmp_path / "Old"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, raw in enumerate(mails(5)):
        (folder / ("new" if number % 2 else "cur") / f"{number}.host:2,S").write_bytes(raw)

    first, second = bring(desk, folder), bring(desk, folder)

    assert (dict(first.counts), dict(second.counts)) == ({"imported": 5}, {})
    assert len(list((folder / "cur").iterdir())) == 3


def test_what_is_no_mailbox_is_refused(desk: Desk, box: Path) -> None:
    """A file of another kind, an empty folder and a missing path each get a sentence."""
    box.write_bytes(b"PK\x03\x04 something else\n")

    with pytest.raises(UsageInvalid, match="no mbox"):
        bring(desk, box)
    for path in (box.parent, box / "missing"):
        with pytest.raises(UsageInvalid):
            open_source(path)


def test_dates_beyond_reason_come_from_the_mailbox(desk: Desk, box: Path) -> None:
    """A Date of 1970 or 2106 is not believed; the separator's is."""
    wrong = [
        Mail(text=year, headers=(("Date", f"Fri, 01 Jan {year} 00:00:00 +0000"),)).raw(number)
        for number, year in enumerate(("1970", "2106"))
    ]

    bring(desk, write(box, *wrong))

    assert {row.stored_at for row in desk.messages()} == {datetime(2025, 3, 3, 9, 30, tzinfo=UTC)}


def test_everything_one_import_brought_is_listed(desk: Desk, box: Path) -> None:
    """The page names each message of this import and none of another."""
    bring(desk, write(box.with_name("other.mbox"), *mails(1, sender=LOU)))
    desk.wait(hours=1)
    bring(desk, write(box, *mails(3), b""))
    first, second = imports(desk.kernel)

    listed = imported(desk.kernel, str(second["id"]))["messages"]

    assert first["counts"] == {"imported": 1}
    assert isinstance(listed, list)
    assert [one["state"] for one in listed if isinstance(one, dict)] == ["ignored"] * 3 + [
        "quarantined"
    ]

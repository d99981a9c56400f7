"""Proves that older mail becomes memory, once, whatever its file and whoever is killed."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from aios_defs.core.errors import OutsideFailed, TransitionRefused
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.rows.row import Row
from aios_defs.services.past import Wish, import_past, look_at_past
from aios_defs.services.past_standing import imported, imports, is_past
from aios_defs.services.quarantine import quarantined
from resources.past.mbox import Mbox
from resources.past.sources import open_source
from tests.integration.desk import DESK, KIM, LOU, STRANGER, Desk, Mail
from tests.integration.past_kit import SEPARATOR, bring, mails, write

R = TypeVar("R", bound=Row)


class Killed(Exception):
    """Ends an import between two batches, as kill -9 would."""


def stop_after(batches: int) -> Iterator[None]:
    """Let an import come so far, then end it."""
    yield from (None for _ in range(batches))
    raise Killed


def rows(desk: Desk, kind: type[R]) -> list[R]:
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

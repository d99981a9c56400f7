"""Proves that a mailbox of older mail is read whole, whichever program wrote it."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.core.errors import OutsideFailed, UsageInvalid
from resources.past.sources import open_source
from tests.integration.desk import KIM, Desk, Mail
from tests.integration.past_kit import DATED, SEPARATOR, bring, mails, write


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Return where a test writes its mailbox."""
    return tmp_path / "archive.mbox"


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

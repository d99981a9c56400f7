"""Proves what is said of a damaged ledger file, what can be read still, and what a backup lacks."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from aios_defs.core.errors import LedgerBroken
from aios_defs.services.verify import verify_ledger
from tests.e2e.shell import Shell
from tests.integration.desk import Desk, Mail
from tests.servers.database import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A closed home with some hundred events, all of them in the file."""
    for number in range(14):
        desk.receive(Mail(text="How much is the blue widget?", subject=f"Price {number}"))
    desk.home.ledger.close()
    connection = sqlite3.connect(desk.path / "ledger.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return desk


def pages_of(path: Path, name: str) -> list[int]:
    """Return the numbers of the pages of a table or an index, in its own order."""
    connection = sqlite3.connect(path)
    found = connection.execute(
        "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (name,)
    ).fetchall()
    connection.close()
    return [one[0] for one in found]


def flip(path: Path, page: int) -> None:
    """Turn round every bit of a page."""
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        content = file.read(4096)
        file.seek((page - 1) * 4096)
        file.write(bytes(one ^ 0xFF for one in content))


def damage(path: Path, name: str) -> None:
    """Damage a page in the middle of a table."""
    pages = pages_of(path, name)
    flip(path, pages[len(pages) // 2])


def test_a_damaged_page_is_found_by_its_first_position(busy: Desk) -> None:
    """Verify says how many events hold, and the first that can't be read."""
    damage(busy.path / "ledger.db", "events")

    told = Shell(home=busy.path).run("ledger", "verify")
    report = Shell(home=busy.path).run("ledger", "verify", "--json").json

    assert told.code == 1
    assert "can't be read: The ledger's database is damaged" in told.out
    assert report["first_bad_position"] == report["events"] + 1
    assert report["events"] > 10


def test_an_export_saves_what_stands_before_the_damage(busy: Desk, tmp_path: Path) -> None:
    """All events that hold are exported, and the first unreadable one is named as verify does."""
    damage(busy.path / "ledger.db", "events")
    found = Shell(home=busy.path).run("ledger", "verify", "--json").json

    told = Shell(home=busy.path).run("ledger", "export", str(tmp_path / "out"), "--json")
    piped = Shell(home=busy.path).run("ledger", "export")

    assert told.code == piped.code == 1
    upto = told.json["upto"]
    assert told.json["events"] == upto == found["events"]
    assert told.json["unreadable_at"] == upto + 1
    assert f"position {upto + 1} can't be read" in told.err
    *events, manifest = (tmp_path / "out").read_text().splitlines()
    assert [json.loads(one)["position"] for one in events] == [*range(1, upto + 1)]
    assert json.loads(manifest)["manifest"]["unreadable_at"] == upto + 1
    assert piped.out.splitlines() == [*events, manifest]


def test_a_damaged_file_header_is_said_at_the_start(busy: Desk) -> None:
    """A file that is no database any more is said to be damaged, with the way out."""
    flip(busy.path / "ledger.db", 1)

    told = Shell(home=busy.path).run("status")

    assert told.code == 1
    assert "The ledger's database is damaged or no ledger" in told.err
    assert "ledger_broken.md" in told.err


def test_a_page_that_breaks_while_it_runs_stops_the_writing(busy: Desk) -> None:
    """What meets the damage says so and writes nothing on top of it."""
    damage(busy.path / "ledger.db", "events")
    busy.open()

    with pytest.raises(LedgerBroken, match="damaged"), busy.kernel.ledger.view() as view:
        list(view.events())
    report = verify_ledger(busy.home.ledger, busy.kernel.vault)

    assert not report.ok
    busy.home.ledger.close()


def test_a_damaged_log_of_writing_loses_at_most_what_was_not_whole(busy: Desk) -> None:
    """A broken write-ahead log is cut by the database at its last whole unit of work."""
    busy.open()
    busy.receive(Mail(text="How much is the blue widget?", subject="The last one"))
    home = busy.path.with_name("copy")
    shutil.copytree(busy.path, home)
    busy.home.ledger.close()
    wal = home / "ledger.db-wal"
    content = bytearray(wal.read_bytes())
    content[len(content) // 2 :: 64] = bytes(len(content[len(content) // 2 :: 64]))
    wal.write_bytes(content)

    report = Shell(home=home).run("ledger", "verify", "--json").json

    assert report["ok"], report
    assert report["events"] > 100


def test_a_restored_backup_says_what_is_missing(busy: Desk) -> None:
    """Compared with a head that a digest remembers, verify counts the events that are not there."""
    kept = busy.path.with_name("kept.db")
    shutil.copyfile(busy.path / "ledger.db", kept)
    busy.open()
    before = busy.kernel.ledger
    with before.view() as view:
        old = view.head().position
    busy.receive(Mail(text="How much is the blue widget?", subject="After the backup"))
    with before.view() as view:
        head = view.head()
    busy.home.ledger.close()
    damage(busy.path / "ledger.db", "events")
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (busy.path / name).unlink(missing_ok=True)
    shutil.copyfile(kept, busy.path / "ledger.db")

    told = Shell(home=busy.path).run(
        "ledger", "verify", "--head", f"Ledger head: {head.position} {head.hash}"
    )

    assert told.code == 1
    assert f"knows position {head.position}, so {head.position - old} events are missing" in (
        told.out
    )
    busy.open()
    sent = len(busy.sent())
    for one in (busy.path / "mail/outbox/new").iterdir():
        shutil.copyfile(one, busy.path / "mail/sent/cur" / f"{one.name}:2,S")
    busy.turn()
    assert len(busy.sent()) == sent, "what was answered after the backup is not answered twice"
    assert verify_ledger(busy.home.ledger, busy.kernel.vault).ok
    busy.home.ledger.close()


def test_the_doctor_names_a_damaged_file(busy: Desk) -> None:
    """The doctor says that the file is damaged, and hides no other finding."""
    flip(busy.path / "ledger.db", 1)

    found = Shell(home=busy.path).run("doctor", "--json").json["findings"]

    assert [one for one in found if "damaged" in one["message"]]

"""Proves what the ledger promises on SQLite: processes, forks, its own refusals, versions."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import event

from aios_defs.core.errors import (
    HomeLocked,
    LedgerBroken,
    StorageFailed,
)
from aios_defs.core.rows.house import PauseRow
from aios_defs.services.verify import verify_ledger
from resources.ids import UuidV7Ids
from resources.store.ledger import SqlLedger
from resources.testing.fixed_ids import FixedIds
from tests.contract.ledger_kit import Kit, draft, log, make_kit, open_sqlite, paused

OTHERS = (
    "type, time, actor, subject, correlation_id, causation_id, run_id, data, prev_hash, hash, seal "
    "FROM events WHERE position = 1"
)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return make_kit("sqlite", tmp_path)


def raw(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(home / "ledger.db", isolation_level=None)


def again(home: Path, kit: Kit) -> SqlLedger:
    return open_sqlite(home, kit.vault, kit.clock, FixedIds("again"))


def test_what_another_process_wrote_is_seen(tmp_path: Path, kit: Kit) -> None:
    """What one process keeps in mind is dropped as soon as another one moved the head."""
    other = again(tmp_path, kit)
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("mine"))
    with other.transaction(actor="operator") as unit:
        unit.append(paused("theirs"))

    with kit.ledger.transaction(actor="operator") as unit:
        appended = unit.append(paused("mine"))
        scopes = [row.scope for row in unit.select(PauseRow)]

    assert (appended.position, appended.sequence) == (3, 3)
    assert scopes == ["mine", "theirs"]


def test_a_forked_child_uses_connections_of_its_own(tmp_path: Path, kit: Kit) -> None:
    """After a fork parent and child both append, and the log stays gapless."""
    ledger = open_sqlite(tmp_path, kit.vault, kit.clock, UuidV7Ids())
    with ledger.transaction(actor="operator") as unit:
        unit.append(paused("before"))

    child = os.fork()
    if child == 0:
        code = 1
        try:
            with ledger.transaction(actor="operator") as unit:
                unit.append(paused("child", "child"))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    with ledger.transaction(actor="operator") as unit:
        unit.append(paused("after", "parent"))

    assert status == 0
    with ledger.view() as view:
        assert [one.stream for one in log(view)] == ["house", "child", "parent"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'someone'",
        "DELETE FROM events",
        "REPLACE INTO events SELECT * FROM events WHERE position = 1",
        f"INSERT OR REPLACE INTO events SELECT 3, id, stream, sequence, {OTHERS}",
        f"INSERT INTO events SELECT 9, 'x', 'x', 1, {OTHERS}",
        "DELETE FROM head",
    ],
)
def test_the_database_itself_refuses(tmp_path: Path, kit: Kit, statement: str) -> None:
    """Another program that edits, deletes, replaces or inserts out of turn gets an error."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused())
        unit.append(paused())
    connection = raw(tmp_path)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)

    connection.close()
    assert verify_ledger(kit.ledger, kit.vault).ok


def test_another_program_that_holds_the_lock_is_waited_for(tmp_path: Path) -> None:
    """Behind another program's lock the wait ends with HomeLocked and its remedy."""
    kit = make_kit("sqlite", tmp_path, wait_seconds=0.05)
    connection = raw(tmp_path)
    connection.execute("BEGIN IMMEDIATE")

    with pytest.raises(HomeLocked), kit.ledger.transaction(actor="operator"):
        pass

    connection.execute("ROLLBACK")
    connection.close()
    with kit.ledger.transaction(actor="operator") as unit:
        assert unit.append(paused()).position == 1


def test_a_full_disk_loses_nothing(tmp_path: Path, kit: Kit) -> None:
    """When there is no room the unit is refused as a whole, and the next one works again."""
    ledger = again(tmp_path, kit)
    limits = iter(["PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000"])
    with ledger.transaction(actor="operator") as unit:
        unit.append(paused())
    ledger.close()

    @event.listens_for(ledger._engine, "connect")
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(next(limits))

    with pytest.raises(StorageFailed), ledger.transaction(actor="operator") as unit:  # noqa: PT012 - the unit is the act
        for number in range(200):
            unit.append(paused(f"scope-{number}"))
    ledger.close()
    with ledger.transaction(actor="operator") as unit:
        assert unit.append(paused()).position == 2
    assert verify_ledger(ledger, kit.vault).ok


def test_the_files_are_for_the_operator_only(tmp_path: Path) -> None:
    """The database, its companions, the folder and large blobs are closed to others."""
    home = tmp_path / "home"
    kit = make_kit("sqlite", home)
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused())
        unit.put_blob(kit.vault.house, os.urandom(300_000))

    modes = {
        path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in [home, *home.rglob("*")]
    }
    assert {name for name, mode in modes.items() if mode & 0o077} == set()
    assert {"home/ledger.db", "home/ledger.db-wal", "home/blobs"} <= set(modes)


def test_a_large_blob_that_was_changed_is_not_believed(tmp_path: Path, kit: Kit) -> None:
    """A blob's file that was edited, or is gone, reads as broken."""
    with kit.ledger.transaction(actor="operator") as unit:
        blob = unit.put_blob(kit.vault.house, os.urandom(300_000))
    path = tmp_path / "blobs" / blob.digest
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)

    with kit.ledger.view() as view, pytest.raises(LedgerBroken):
        view.blob(blob)
    path.unlink()
    with kit.ledger.view() as view, pytest.raises(LedgerBroken):
        view.blob(blob)


def test_a_blob_moved_under_another_name_is_not_believed(tmp_path: Path, kit: Kit) -> None:
    """Two blobs of one key that changed places are found by their digests."""
    with kit.ledger.transaction(actor="operator") as unit:
        one = unit.put_blob(kit.vault.house, b"pay them")
        unit.put_blob(kit.vault.house, b"pay us")
    connection = raw(tmp_path)
    connection.execute(
        "UPDATE blobs SET sealed = (SELECT sealed FROM blobs WHERE digest <> ?) WHERE digest = ?",
        (one.digest, one.digest),
    )
    connection.close()

    with kit.ledger.view() as view, pytest.raises(LedgerBroken):
        view.blob(one)


def test_an_event_that_cant_be_read_names_its_position(tmp_path: Path, kit: Kit) -> None:
    """Reading a log whose data is no JSON raises LedgerBroken with the position."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused())
        unit.append(draft(paused().data))
    connection = raw(tmp_path)
    connection.execute("DROP TRIGGER events_refuses_update")
    connection.execute("UPDATE events SET data = '{' WHERE position = 2")
    connection.close()

    with kit.ledger.view() as view, pytest.raises(LedgerBroken) as caught:
        list(view.events())

    assert caught.value.fields["position"] == "2"

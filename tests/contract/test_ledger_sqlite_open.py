"""Proves what opening a ledger on SQLite does: with older, newer, odd and missing files."""

import sqlite3
from pathlib import Path

import pytest

from aios_defs.core.errors import (
    ConfigurationInvalid,
    HomeNewer,
    LedgerBroken,
    StorageFailed,
)
from aios_defs.core.rows.house import CursorRow, PauseRow
from aios_defs.services.verify import verify_ledger
from resources.store.dialects import dialect_of
from resources.store.ledger import SqlLedger
from resources.testing.fixed_clock import FixedClock
from resources.testing.fixed_ids import FixedIds
from resources.testing.memory_vault import MemoryVault
from tests.contract.ledger_kit import Kit, folded, make_kit, open_sqlite, paused


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return make_kit("sqlite", tmp_path)


def raw(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(home / "ledger.db", isolation_level=None)


def again(home: Path, kit: Kit) -> SqlLedger:
    return open_sqlite(home, kit.vault, kit.clock, FixedIds("again"))


def test_rows_of_an_older_version_are_folded_anew(tmp_path: Path, kit: Kit) -> None:
    """A home of an older projection version gets its rows from the log when it is opened."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("kept"))
        unit.put(CursorRow(name="mail", value="7"))
    connection = raw(tmp_path)
    connection.execute("UPDATE meta SET value = '0' WHERE name = 'projections'")
    connection.execute("UPDATE pauses SET reason = 'what an older reducer wrote'")
    connection.close()

    ledger = again(tmp_path, kit)

    with ledger.view() as view:
        assert [row.reason for row in view.select(PauseRow)] == ["a walk"]
        assert view.get(CursorRow, "mail") == CursorRow(name="mail", value="7")


def test_tables_of_another_shape_are_made_anew(tmp_path: Path, kit: Kit) -> None:
    """Where columns changed, folded tables are dropped and operational rows are carried over."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("kept"))
        unit.put(CursorRow(name="mail", value="7"))
    with kit.ledger.view() as view:
        before = folded(view)
    connection = raw(tmp_path)
    connection.execute("UPDATE meta SET value = 'another' WHERE name = 'shape'")
    connection.execute("ALTER TABLE pauses DROP COLUMN reason")
    connection.execute("ALTER TABLE cursors ADD COLUMN colour TEXT")
    connection.close()

    ledger = again(tmp_path, kit)

    with ledger.view() as view:
        assert folded(view) == before
        assert view.select(CursorRow) == [CursorRow(name="mail", value="7")]


@pytest.mark.parametrize("name", ["format", "projections"])
def test_a_newer_home_is_refused_politely(tmp_path: Path, kit: Kit, name: str) -> None:
    """A home written by a newer AIOS is not touched; the error says to update."""
    connection = raw(tmp_path)
    connection.execute("UPDATE meta SET value = '900' WHERE name = ?", (name,))
    connection.close()

    with pytest.raises(HomeNewer, match="Update AIOS"):
        again(tmp_path, kit)


def test_a_log_that_does_not_fold_names_the_event(tmp_path: Path, kit: Kit) -> None:
    """A rebuild over data that its type refuses keeps the old rows and names the position."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("kept"))
        unit.append(paused("broken"))
    connection = raw(tmp_path)
    connection.execute("DROP TRIGGER events_refuses_update")
    connection.execute("UPDATE events SET data = '{}' WHERE position = 2")
    connection.close()

    with pytest.raises(LedgerBroken) as caught:
        kit.ledger.rebuild()

    assert caught.value.fields["position"] == 2
    with kit.ledger.view() as view:
        assert [row.scope for row in view.select(PauseRow)] == ["broken", "kept"]


@pytest.mark.parametrize("content", [b"no database at all " * 400, b""])
def test_a_file_that_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    """Another file in the ledger's place is broken; an empty one becomes a ledger."""
    (tmp_path / "ledger.db").write_bytes(content)

    if content:
        with pytest.raises(LedgerBroken):
            open_sqlite(tmp_path, MemoryVault(), FixedClock(), FixedIds())
    else:
        ledger = open_sqlite(tmp_path, MemoryVault(), FixedClock(), FixedIds())
        assert verify_ledger(ledger, MemoryVault()).ok


def test_a_folder_that_cant_be_made(tmp_path: Path) -> None:
    """A home below a file is a storage failure with a remedy, not a stack trace."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageFailed):
        open_sqlite(tmp_path / "file", MemoryVault(), FixedClock(), FixedIds())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db"])
def test_a_url_without_a_store_is_refused(url: str) -> None:
    """A database that AIOS has no store for, or that would not last, is a configuration mistake."""
    with pytest.raises(ConfigurationInvalid):
        dialect_of(url, 1.0)

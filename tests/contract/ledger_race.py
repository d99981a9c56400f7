"""Owns what each process of the ledger race does; it imports no test tools, to start quickly."""

from pathlib import Path

from aios_defs.core.envelope import Draft
from aios_defs.core.events.system import OverridePaused
from aios_defs.core.rows.house import CursorRow
from resources.clock import SystemClock
from resources.ids import UuidV7Ids
from resources.store.ledger import SqlLedger
from resources.vault import SqliteVault

APPENDS = 50


def open_home(home: Path, url: str | None = None) -> tuple[SqlLedger, SqliteVault]:
    vault = SqliteVault.at(home / "keys.db")
    ledger = SqlLedger.open(
        url or f"sqlite:///{home / 'ledger.db'}",
        vault=vault,
        clock=SystemClock(),
        ids=UuidV7Ids(),
        blob_dir=home / "blobs",
    )
    return ledger, vault


def append_many(home: Path, name: str, url: str | None = None) -> None:
    """Open the home, append to a stream that all share, and draw keys."""
    ledger, _ = open_home(home, url)
    for number in range(APPENDS):
        scope = f"{name}-{number}"
        event = Draft(stream="shared", data=OverridePaused(scope=scope), correlation_id="home")
        with ledger.transaction(actor="operator") as unit:
            unit.append(event)
            unit.put(CursorRow(name=scope, value=unit.draw_ref()))

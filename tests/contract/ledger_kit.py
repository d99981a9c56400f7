"""Owns how the ledger suites build each ledger, and the small events they append."""

from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.envelope import Draft, Envelope
from aios_defs.core.events.messages import MessageReceived
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.system import OverridePaused, OverrideResumed
from aios_defs.core.ports import Ids, View
from aios_defs.core.rows.all import ROWS
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, SubjectRef
from resources.store.ledger import SqlLedger
from resources.testing.fixed_clock import FixedClock
from resources.testing.fixed_ids import FixedIds
from resources.testing.memory_ledger import MemoryLedger
from resources.testing.memory_vault import MemoryVault
from tests.servers.postgres import shared_server

KINDS = ("memory", "sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Kit:
    ledger: MemoryLedger | SqlLedger
    vault: MemoryVault
    clock: FixedClock


def make_kit(kind: str, home: Path, *, wait_seconds: float = 10.0) -> Kit:
    """Return a fresh ledger; two kits tell the same story with the same ids and keys."""
    vault, clock, ids = MemoryVault(), FixedClock(), FixedIds()
    if kind == "memory":
        ledger = MemoryLedger(vault=vault, clock=clock, ids=ids, wait_seconds=wait_seconds)
        return Kit(ledger, vault, clock)
    if kind == "postgresql":
        url = shared_server().fresh()
        ledger = open_at(url, home, vault, clock, ids, wait_seconds=wait_seconds)
        return Kit(ledger, vault, clock)
    return Kit(open_sqlite(home, vault, clock, ids, wait_seconds=wait_seconds), vault, clock)


def open_sqlite(
    home: Path, vault: MemoryVault, clock: FixedClock, ids: Ids, *, wait_seconds: float = 10.0
) -> SqlLedger:
    url = f"sqlite:///{home / 'ledger.db'}"
    return open_at(url, home, vault, clock, ids, wait_seconds=wait_seconds)


def open_at(
    url: str,
    home: Path,
    vault: MemoryVault,
    clock: FixedClock,
    ids: Ids,
    *,
    wait_seconds: float = 10.0,
) -> SqlLedger:
    return SqlLedger.open(
        url,
        vault=vault,
        clock=clock,
        ids=ids,
        blob_dir=home / "blobs",
        wait_seconds=wait_seconds,
    )


def draft(data: EventData, stream: str = "house", correlation_id: str = "home") -> Draft:
    return Draft(stream=stream, data=data, correlation_id=correlation_id)


def paused(scope: str = "all", stream: str = "house") -> Draft:
    """Return an event that folds into one PauseRow, of that scope."""
    return draft(OverridePaused(scope=scope, reason="a walk"), stream)


def resumed(scope: str = "all") -> Draft:
    """Return an event that deletes that PauseRow."""
    return draft(OverrideResumed(scope=scope))


def received(name: str, mail_hash: str | None = None, kit: Kit | None = None) -> Draft:
    """Return an event that folds into one MessageRow with a nullable column."""
    stored_at = (kit.clock if kit else FixedClock()).now()
    raw = BlobRef(subject_ref=SubjectRef("house-key"), digest="0" * 64, size=1)
    return draft(
        MessageReceived(
            message_id=name,
            connector="mail",
            account="desk@studio.example",
            folder="inbox",
            ref_hash=f"ref-{name}",
            content_hash=f"content-{name}",
            mail_hash=mail_hash,
            raw=raw,
            stored_at=stored_at,
        ),
        f"message:{name}",
    )


def folded(view: View) -> dict[type[Row], list[Row]]:
    """Return every folded row, by kind."""
    return {kind: list(view.select(kind)) for kind in ROWS if kind.FOLDED}


def log(view: View) -> list[Envelope]:
    return list(view.events())

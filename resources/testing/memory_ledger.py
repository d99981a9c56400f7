"""Owns the ledger of tests: rows in dicts, events in a list, the same promises as the real one.

A unit of work changes copies and swaps them in at the end, so a view keeps what it began with.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from aios_defs.core.audit import (
    SealedHead,
    StoredEvent,
    StoredLog,
    event_seal_content,
    head_seal_content,
)
from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import HomeLocked
from aios_defs.core.events.registry import parse_event
from aios_defs.core.ports import Clock, Ids, Transaction, Vault, View
from aios_defs.core.projections.fold import fold
from resources.store.chain import Origin
from resources.testing.memory_rows import MemoryRows, Tables
from resources.testing.memory_unit import MemoryUnit, MemoryView, State


class MemoryLedger:
    """The append-only event log and the rows folded from it, for one process and its threads."""

    def __init__(self, *, vault: Vault, clock: Clock, ids: Ids, wait_seconds: float = 10.0) -> None:
        import aios_defs.core.events.all
        import aios_defs.core.projections.all  # noqa: F401 - importing fills the registries

        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._writer = 0
        self._state = State()

    @contextmanager
    def transaction(self, *, actor: str, run_id: str | None = None) -> Iterator[Transaction]:
        """Open a unit of work; the actor and run id are those of its events by default."""
        with self._turn():
            origin = Origin(actor=actor, run_id=run_id, now=self._clock.now())
            unit = MemoryUnit(self._state.copied(), self._vault, self._ids, origin)
            yield unit
            self._state = unit.finished()

    @contextmanager
    def view(self) -> Iterator[View]:
        """Open a consistent reading; never blocks a writer."""
        yield MemoryView(self._state, self._vault)

    @contextmanager
    def audit(self) -> Iterator[StoredLog]:
        """Open one consistent reading of the log with its seals."""
        yield MemoryStoredLog(self._state, self._vault)

    def rebuild(self) -> int:
        """Fold every row anew from the log; returns the number of events folded."""
        with self._turn():
            kept: Tables = {
                kind: rows for kind, rows in self._state.tables.items() if not kind.FOLDED
            }
            rows = MemoryRows(kept)
            for envelope in self._state.events:
                fold(envelope, parse_event(envelope.type, envelope.data), rows.folding())
            self._state = replace(self._state, tables=rows.tables, folds=self._state.folds + 1)
            return len(self._state.events)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._writer == me:
            message = "a unit of work is open in this thread already: pass it on instead"
            raise RuntimeError(message)
        if not self._lock.acquire(timeout=self._wait_seconds):
            raise HomeLocked("Another thread keeps the ledger busy.", remedy="Try again.")
        self._writer = me
        try:
            yield
        finally:
            self._writer = 0
            self._lock.release()


@dataclass
class MemoryStoredLog:
    """One reading of the log with its seals; tests change its fields to play the tamperer."""

    stored: list[StoredEvent] = field(init=False)
    sealed_head: SealedHead | None = field(init=False)

    def __init__(self, state: State, vault: Vault) -> None:
        self.stored = [_stored(envelope, vault) for envelope in state.events]
        head = state.head()
        mac = vault.mac(head_seal_content(head))
        self.sealed_head = SealedHead(position=head.position, hash=head.hash, mac=mac)
        self.gone_guards: list[str] = []

    def count(self) -> int:
        """Return how many events there are."""
        return len(self.stored)

    def head(self) -> SealedHead | None:
        """Return the head."""
        return self.sealed_head

    def events(self) -> Iterator[StoredEvent]:
        """Yield every event in order of position."""
        yield from self.stored

    def missing_guards(self) -> Sequence[str]:
        """Return the names of the refusals that are gone: none, unless a test says so."""
        return self.gone_guards


def _stored(envelope: Envelope, vault: Vault) -> StoredEvent:
    seal = vault.mac(event_seal_content(envelope.hash))
    return StoredEvent(position=envelope.position, envelope=envelope, seal=seal)

"""Owns the ledger in a SQL database: one writer at a time, views beside it.

Safe in several threads and processes. A forked child gets connections of its own at first use.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.audit import SealedHead, StoredLog, head_seal_content
from aios_defs.core.envelope import ZERO_HASH, Head
from aios_defs.core.errors import HomeLocked, LedgerBroken
from aios_defs.core.ports import Clock, Ids, Transaction, Vault, View
from aios_defs.core.rows.copies import HoldRow
from resources.store.audit import SqlStoredLog
from resources.store.blobs import Blobs
from resources.store.chain import Origin
from resources.store.dialects import Dialect, dialect_of
from resources.store.pending import Known
from resources.store.schema import Schema
from resources.store.session import Session
from resources.store.statements import Statements
from resources.store.unit import Makers, SqlUnit
from resources.store.view import SqlView, Store

WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a ledger works with."""

    vault: Vault
    clock: Clock
    ids: Ids
    blob_dir: Path
    wait_seconds: float = WAIT_SECONDS
    may_write: Callable[[], None] | None = None


class SqlLedger:
    """The append-only event log and the rows folded from it; built by `open`."""

    def __init__(self, dialect: Dialect, means: Means) -> None:
        self._dialect = dialect
        self._means = means
        self._engine = dialect.engine()
        self._statements = Statements(dialect, self._engine.dialect)
        self._blobs = Blobs(means.blob_dir, means.vault, self._statements)
        self._makers = Makers(means.ids, means.vault)
        self._begin_process()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        vault: Vault,
        clock: Clock,
        ids: Ids,
        blob_dir: Path,
        wait_seconds: float = WAIT_SECONDS,
        may_write: Callable[[], None] | None = None,
    ) -> "SqlLedger":
        """Open the ledger at a URL: `sqlite:////home/ledger.db`, `postgresql://host/database`.

        Makes the tables where there are none; folds the rows anew where an older AIOS made them.
        `may_write` is called before each unit of work, and raises what forbids it.

        Raises:
            ConfigurationInvalid: there is no store for that URL.
            HomeNewer: a newer AIOS wrote it.
            HomeLocked: another process kept it busy for `wait_seconds`.
            StorageFailed: it can't be read or written.
            KeyMissing: it was written with other keys than those of `vault`.
            LedgerBroken: an event does not fold.

        """
        _register_events()
        means = Means(
            vault=vault,
            clock=clock,
            ids=ids,
            blob_dir=blob_dir,
            wait_seconds=wait_seconds,
            may_write=may_write,
        )
        ledger = cls(dialect_of(url, wait_seconds), means)
        ledger.prepare()
        return ledger

    def prepare(self) -> None:
        """Make or renew the tables where they are not as this program knows them."""
        with self._reading() as store:
            is_current = Schema(store, self._dialect).is_current(self._means.vault)
        if not is_current:
            with self._turn(), self._writing() as store:
                Schema(store, self._dialect).prepare(self._means.vault)

    @contextmanager
    def transaction(self, *, actor: str, run_id: str | None = None) -> Iterator[Transaction]:
        """Open a unit of work; the actor and run id are those of its events by default.

        Raises:
            HomeLocked: another writer was busy for too long.
            LedgerBroken: the head is not what was sealed; nothing is written on top of it.
            RestoreUnconfirmed: at an append, while a restored home is held.
            RuntimeError: this thread is inside a unit of work already.

        """
        if self._means.may_write is not None:
            self._means.may_write()
        with self._turn():
            with self._writing() as store:
                origin = Origin(actor=actor, run_id=run_id, now=self._means.clock.now())
                head, folds = self._sealed_tip(store.session)
                known = self._known if self._known.is_of(head, folds) else Known(folds=folds)
                self._known = Known()  # not to be used again unless this unit commits
                unit = SqlUnit(store, self._makers, origin, head, known=known)
                self._hold(unit)
                yield unit
                unit.finish()
            self._known = unit.learnt()
            self._is_free = self._is_free and not unit.is_restoring

    def _hold(self, unit: SqlUnit) -> None:
        """Hold a unit of a restored home; asked once in a process where the home is not held."""
        if not self._is_free:
            self._is_free = unit.get(HoldRow, "restore") is None
        unit.is_held = not self._is_free

    @contextmanager
    def view(self) -> Iterator[View]:
        """Open a consistent reading, as of now; never blocks a writer."""
        with self._reading() as store:
            view = SqlView(store)
            view.head()  # the database takes its snapshot at the first read, not at BEGIN
            yield view

    @contextmanager
    def audit(self) -> Iterator[StoredLog]:
        """Open one consistent reading of the raw log; never blocks a writer."""
        with self._reading() as store:
            yield SqlStoredLog(store.session, self._statements, self._dialect)

    def describe(self) -> str:
        """Return the database in words: kind, version, and of a server the use of connections."""
        with self._reading() as store:
            found = store.session.row(self._dialect.described)
        return str(found[0]) if found else ""

    def rebuild(self) -> int:
        """Fold every row anew from the log, in one transaction; returns the number of events."""
        with self._turn(), self._writing() as store:
            self._known = Known()
            return Schema(store, self._dialect).rebuild()

    def reopen(self) -> None:
        """Give up every connection; a forked child calls this, or its first use does."""
        self._engine.dispose(close=self._pid == os.getpid())
        self._begin_process()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Store]:
        with Session.opened(self._engine, self._dialect) as session:
            session.begin_write()
            yield self._store(session)

    @contextmanager
    def _reading(self) -> Iterator[Store]:
        if self._pid != os.getpid():
            self.reopen()
        with Session.opened(self._engine, self._dialect) as session:
            session.begin_read()
            yield self._store(session)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let this process's threads queue here: the database would let them poll."""
        if self._pid != os.getpid():
            self.reopen()
        me = threading.get_ident()
        if self._writer == me:
            message = "a unit of work is open in this thread already: pass it on instead"
            raise RuntimeError(message)
        if not self._lock.acquire(timeout=self._means.wait_seconds):
            raise HomeLocked("Another thread keeps the ledger busy.", remedy="Try again.")
        self._writer = me
        try:
            yield
        finally:
            self._writer = 0
            self._lock.release()

    def _store(self, session: Session) -> Store:
        return Store(session, self._statements, self._blobs)

    def _begin_process(self) -> None:
        self._lock = threading.Lock()
        self._writer = 0
        self._known = Known()
        self._is_free = False
        self._pid = os.getpid()

    def _sealed_tip(self, session: Session) -> tuple[Head, int]:
        """Return the head, and how often the rows were folded anew."""
        found = session.row(self._statements.tip)
        if found is None:
            raise _tampered(0)
        position, stored_hash, mac, tip, folds = found
        head = SealedHead(position=position, hash=stored_hash.hex(), mac=mac.hex())
        is_sealed = self._means.vault.mac(head_seal_content(head)) == head.mac
        last = tip.hex() if tip is not None else ZERO_HASH
        if not is_sealed or last != head.hash or (tip is None and position):
            raise _tampered(position)
        return Head(position=position, hash=head.hash), int(folds or 0)


def has_ledger(url: str) -> bool:
    """Return whether there is a ledger at a URL already; makes nothing.

    Raises:
        ConfigurationInvalid, HomeLocked, StorageFailed: as opening it would.

    """
    dialect = dialect_of(url, WAIT_SECONDS)
    if not dialect.exists():
        return False
    engine = dialect.engine()
    session = Session(engine, dialect)
    try:
        session.begin_read()
        return bool(session.rows(dialect.table_columns, ("meta",)))
    finally:
        session.rollback()
        engine.dispose()


def _tampered(position: int) -> LedgerBroken:
    return LedgerBroken(
        "The head of the ledger is not what was sealed, so nothing is written on top of it.",
        remedy="Run `aios ledger verify`, then restore ledger.db and keys.db from one backup.",
        position=position,
    )


def _register_events() -> None:
    import aios_defs.core.events.all
    import aios_defs.core.projections.all  # noqa: F401 - importing fills the registries

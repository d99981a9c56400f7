"""Owns moving a home's ledger into another database: all of it, compared, and the old one kept.

Whoever is killed on the way runs it again. The source is only read; at the end it is locked until
the target is whole and the home notes where its ledger went.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.audit import StoredLog
from aios_defs.core.errors import LedgerBroken, UsageInvalid
from aios_defs.core.model import Model
from aios_defs.core.ports import Vault
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import Settings
from resources.home import ledger_url, open_ledger
from resources.moved import note_move
from resources.store.audit import SqlStoredLog
from resources.store.copying import (
    Database,
    Side,
    Tell,
    begin_target,
    copy_blobs,
    copy_events,
    settle,
)
from resources.store.dialects import database_name
from resources.store.schema import MIGRATING


class Migrated(Model):
    """What a migration did, or would do; databases are named without a password.

    `copied` is how many events the target held when it began; `is_done` that all is there.
    """

    source: str
    target: str
    events: int
    blobs: int
    copied: int
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One move of one home."""

    home: Path
    source_url: str
    target_url: str
    vault: Vault
    tell: Tell

    @classmethod
    def of(cls, settings: Settings, target_url: str, tell: Tell) -> "Migration":
        """Prepare the move of the home that the settings name, brought to today's tables.

        Raises:
            HomeMissing, HomeMoved, HomeNewer, KeyMissing, LedgerBroken: as opening a home says.
            UsageInvalid: the target is where the ledger is.

        """
        ledger, vault = open_ledger(settings)
        ledger.close()
        source_url = ledger_url(settings)
        if database_name(source_url) == database_name(target_url):
            raise UsageInvalid("The ledger is there already.", remedy="Name another database.")
        return cls(
            home=settings.home,
            source_url=source_url,
            target_url=target_url,
            vault=vault,
            tell=tell,
        )

    def plan(self) -> Migrated:
        """Return what a migration would do; writes nothing."""
        with self._databases() as (source, target), source.reading() as side:
            copied = 0
            if target.dialect.exists():
                with target.reading() as there:
                    copied = there.last() if there.meta() else 0
            return self._report(side, copied=copied, is_done=False)

    def run(self) -> Migrated:
        """Copy, compare, and note that the ledger moved; goes on where a former run ended.

        Raises:
            OperatorError: the target holds something else.
            LedgerBroken: the target is not the same; the home goes on where it is.
            HomeLocked, StorageFailed: as the databases say.

        """
        with self._databases() as (source, target):
            if self._is_whole(source, target):
                copied = self._last(target)
            else:
                copied = begin_target(target, self.vault, self._names[0])
                with source.reading() as side:
                    copy_events(side, target, self.tell)
                    copy_blobs(side, target, self.tell)
            with source.writing() as held:  # from here on nobody writes to the old one
                if not self._is_whole(source, target):
                    self._finish(held, target)
                note_move(self.home, *self._names)
                return self._report(held, copied=copied, is_done=True)

    def _finish(self, held: Side, target: Database) -> None:
        copy_events(held, target, self.tell)
        copy_blobs(held, target, self.tell)
        with target.writing() as into:
            settle(held, into, self.vault, folds=True)
            report = verify_ledger(
                _InUnit(into),
                self.vault,
                progress=lambda done, total: self.tell("events verified", done, total),
            )
            if not report.ok:
                raise LedgerBroken(
                    f"The copy does not verify: {report.finding}",
                    remedy="Run `aios ledger verify` on this home first.",
                )

    def _is_whole(self, source: Database, target: Database) -> bool:
        """Return whether the target holds all of the source already, and is open to everyone."""
        if not target.dialect.exists():
            return False
        with target.reading() as there, source.reading() as side:
            meta = there.meta()
            if not meta or MIGRATING in meta:
                return False
            last = side.last()
            return there.last() == last and there.event_at(last) == side.event_at(last)

    @staticmethod
    def _last(target: Database) -> int:
        with target.reading() as side:
            return side.last()

    @property
    def _names(self) -> tuple[str, str]:
        return database_name(self.source_url), database_name(self.target_url)

    def _report(self, side: Side, *, copied: int, is_done: bool) -> Migrated:
        source, target = self._names
        return Migrated(
            source=source,
            target=target,
            events=side.last(),
            blobs=side.count_blobs(),
            copied=copied,
            is_done=is_done,
        )

    @contextmanager
    def _databases(self) -> Iterator[tuple[Database, Database]]:
        source, target = Database(self.source_url), Database(self.target_url)
        try:
            yield source, target
        finally:
            source.close()
            target.close()


@dataclass(frozen=True, slots=True)
class _InUnit:
    """The log of a unit of work that is not committed yet, for who checks it."""

    side: Side

    @contextmanager
    def audit(self) -> Iterator[StoredLog]:
        yield SqlStoredLog(self.side.session, self.side.statements, self.side.dialect)

"""Owns copying a ledger from one database into another: in batches, resumable, compared at the end.

    events, blobs (each batch durable)  →  operational rows, head, fold anew, compare (one unit)

While it is under way the target says so in `meta`, and nobody opens it. Events, seals and the head
are copied as they lie: the same keys prove them there.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, zip_longest
from pathlib import Path

from sqlalchemy import Engine, bindparam, delete, func, select

from aios_defs.core.errors import LedgerBroken, OperatorError
from aios_defs.core.ports import Vault
from aios_defs.core.rows.all import ROWS
from aios_defs.core.rows.row import Row
from resources.store.blobs import Blobs
from resources.store.dialects import Dialect, dialect_of
from resources.store.schema import MIGRATING, Schema
from resources.store.session import Session, Stored
from resources.store.statements import Shape, Statements
from resources.store.tables import BLOBS, EVENTS, META, table_of
from resources.store.view import Store

EVENTS_AT_ONCE, BLOBS_AT_ONCE = 2000, 50
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Side:
    """One database inside one transaction."""

    session: Session
    statements: Statements
    dialect: Dialect

    def number(self, statement: object, *parameters: object) -> int:
        """Return the one number that a query finds, 0 for none."""
        found = self.session.row(self.statements.text(statement), parameters)  # pyright: ignore[reportArgumentType] - a clause
        return int(found[0] or 0) if found else 0

    def meta(self) -> dict[str, str]:
        """Return what the database says of itself; empty where there is no ledger."""
        if not self.session.rows(self.dialect.table_columns, ("meta",)):
            return {}
        return dict(self.session.rows(self.statements.meta))

    def schema(self, vault: Vault) -> Schema:
        """Return the tables; blobs are not opened by it."""
        blobs = Blobs(Path(), vault, self.statements)
        return Schema(Store(self.session, self.statements, blobs), self.dialect)

    def last(self) -> int:
        """Return the position of the last event."""
        return self.number(select(func.max(EVENTS.c.position)))

    def count_blobs(self) -> int:
        """Return how many blobs there are."""
        return self.number(select(func.count()).select_from(BLOBS))

    def event_at(self, position: int) -> Stored | None:
        """Return one event as it lies."""
        by = select(EVENTS).where(EVENTS.c.position == bindparam("position"))
        return self.session.row(self.statements.text(by), (position,))


class Database:
    """A database that holds a ledger, or will."""

    def __init__(self, url: str, *, wait_seconds: float = 10.0) -> None:
        """Name it, and open nothing; raises ConfigurationInvalid for a URL AIOS can't use."""
        self.dialect = dialect_of(url, wait_seconds)

    @cached_property
    def _engine(self) -> Engine:
        return self.dialect.engine()

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self.dialect, self._engine.dialect)

    @contextmanager
    def reading(self) -> Iterator[Side]:
        """Open one consistent reading."""
        with Session.opened(self._engine, self.dialect) as session:
            session.begin_read()
            yield Side(session, self._statements, self.dialect)

    @contextmanager
    def writing(self) -> Iterator[Side]:
        """Open a unit of work under the write lock."""
        with Session.opened(self._engine, self.dialect) as session:
            session.begin_write()
            yield Side(session, self._statements, self.dialect)

    def close(self) -> None:
        """Close every connection."""
        if "_engine" in vars(self):
            self._engine.dispose()


def copy_whole(source_url: str, target_url: str, vault: Vault) -> None:
    """Copy a ledger of one snapshot into a new database, whose rows are folded when it is opened.

    Raises:
        LedgerBroken, HomeLocked, StorageFailed: as the databases say.

    """
    source, target = Database(source_url), Database(target_url)
    try:
        with source.reading() as side:
            side.last()  # the database takes its snapshot at the first read
            begin_target(target, vault, "copy")
            copy_events(side, target, _silent)
            copy_blobs(side, target, _silent)
            with target.writing() as into:
                settle(side, into, vault, folds=False)
    finally:
        source.close()
        target.close()


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def begin_target(target: Database, vault: Vault, origin: str) -> int:
    """Make the target's tables, or take up what was begun from `origin`; returns its last position.

    Raises:
        OperatorError: the target holds a ledger, or a copy of another origin.

    """
    with target.writing() as side:
        meta = side.meta()
        if not meta:
            side.schema(vault).prepare(vault)
            side.session.run(side.statements.set_meta, (MIGRATING, origin))
            return 0
        if meta.get(MIGRATING) != origin:
            raise OperatorError(
                "The target holds a ledger already, or a part of another one.",
                remedy="Name an empty database, a new file, or a schema of its own (?schema=NAME).",
            )
        return side.last()


def copy_events(source: Side, target: Database, tell: Tell) -> None:
    """Copy the events that the target lacks, a batch at a time.

    Raises:
        LedgerBroken: what the target holds is not the beginning of this ledger.

    """
    total = source.last()
    with target.reading() as side:
        after = side.last()
        if after and side.event_at(after) != source.event_at(after):
            raise _differs("event", after)
    statement = source.statements.events(("after",))
    while rows := source.session.rows(statement, (after, EVENTS_AT_ONCE)):
        with target.writing() as side:
            side.session.many(side.statements.insert_event, rows)
        after = rows[-1][0]
        tell("events", after, total)


def copy_blobs(source: Side, target: Database, tell: Tell) -> None:
    """Copy the blobs that the target lacks, a batch at a time."""
    with target.reading() as side:
        there = set(_digests(side))
    missing = iter([one for one in _digests(source) if one not in there])
    total, done = source.count_blobs(), len(there)
    one = source.statements.text(select(BLOBS).where(BLOBS.c.digest == bindparam("digest")))
    while digests := list(islice(missing, BLOBS_AT_ONCE)):
        rows = [row for each in digests if (row := source.session.row(one, (each,)))]
        with target.writing() as side:
            side.session.many(side.statements.insert_blob, rows)
        done += len(rows)
        tell("blobs", done, total)


def settle(source: Side, target: Side, vault: Vault, *, folds: bool) -> None:
    """Copy the operational rows and the head, and open the target to everyone; in its unit.

    `folds` has the rows folded anew and compared with the source's; without it whoever opens the
    target first folds them.

    Raises:
        LedgerBroken: the target would not be the same; nothing of this unit is to be kept.

    """
    compare_events(source, target)
    for kind in ROWS:
        if not kind.FOLDED:
            _copy_rows(source, target, kind)
    head = source.session.row(source.statements.head)
    if head is None:
        raise _differs("head", 0)
    target.session.run(target.statements.move_head, head)
    if folds:
        target.schema(vault).rebuild()
        compare_rows(source, target)
    else:
        target.session.run(target.statements.set_meta, ("projections", "0"))
    done = delete(META).where(META.c.name == bindparam("name"))
    target.session.run(target.statements.text(done), (MIGRATING,))


def compare_events(source: Side, target: Side) -> None:
    """Compare every event byte for byte; raises LedgerBroken naming the first that differs."""
    pairs = zip_longest(
        source.session.streamed(source.statements.all_events),
        target.session.streamed(target.statements.all_events),
    )
    for position, (ours, theirs) in enumerate(pairs, 1):
        if ours is None or theirs is None or tuple(ours) != tuple(theirs):
            raise _differs("event", position)
    if source.count_blobs() != target.count_blobs():
        raise _differs("blobs", source.last())


def compare_rows(source: Side, target: Side) -> None:
    """Compare every folded table; raises LedgerBroken naming the first that differs."""
    for kind in ROWS:
        if _fingerprint(source, kind) != _fingerprint(target, kind):
            raise LedgerBroken(
                f"The table {kind.TABLE} folds otherwise in the target.",
                remedy="Run `aios ledger verify` on this home; report it if that holds.",
            )


def _fingerprint(side: Side, kind: type[Row]) -> tuple[int, int]:
    """Return the number of rows and the sum of their hashes: no order is needed."""
    count = total = 0
    for row in side.session.streamed(side.statements.query(_all(kind))):
        count += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
    return count, total


def _copy_rows(source: Side, target: Side, kind: type[Row]) -> None:
    target.session.run(target.statements.text(delete(table_of(kind))))
    rows: Sequence[Stored] = source.session.rows(source.statements.query(_all(kind)))
    if rows:
        target.session.many(target.statements.upsert(kind), rows)


def _all(kind: type[Row]) -> Shape:
    return Shape(kind, (), None, has_limit=False)


def _digests(side: Side) -> list[str]:
    statement = side.statements.text(select(BLOBS.c.digest).order_by(BLOBS.c.digest))
    return [row[0] for row in side.session.rows(statement)]


def _differs(what: str, position: int) -> LedgerBroken:
    return LedgerBroken(
        f"The target's {what} at position {position} is not the source's.",
        remedy="Empty the target (it holds a copy only), then migrate again.",
        position=position,
    )

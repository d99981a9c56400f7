"""Owns a consistent reading of the rows and the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from aios_defs.core.envelope import Envelope, Head
from aios_defs.core.errors import LedgerBroken
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef
from resources.store.blobs import Blobs
from resources.store.columns import columns_of
from resources.store.session import Session, Stored
from resources.store.statements import Condition, Shape, Statements, conditions_of
from resources.store.stored_events import to_envelope

R = TypeVar("R", bound=Row)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Store:
    """What a reading or a unit of work works with: one connection, the texts, the blobs."""

    session: Session
    statements: Statements
    blobs: Blobs


class SqlView:
    """Reads the rows and the log within one database transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._session = store.session
        self._statements = store.statements

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        columns = columns_of(kind)
        shape = Shape(kind, (Condition(columns.key, "eq"),), order=None, has_limit=False)
        found = self._session.row(self._statements.query(shape), (key,))
        return None if found is None else columns.to_row(found)

    def select(
        self,
        kind: type[R],
        /,
        *,
        order: str | None = None,
        limit: int | None = None,
        **where: object,
    ) -> list[R]:
        """Return the matching rows (see the port); raises ValueError for an unknown column."""
        found = conditions_of(kind, where)
        columns = columns_of(kind)
        if order is not None:
            columns.column(order.removeprefix("-"))
        if found is None:
            return []
        conditions, values = found
        shape = Shape(kind, conditions, order, has_limit=limit is not None)
        if limit is not None:
            values.append(limit)
        rows = self._session.rows(self._statements.query(shape), values)
        return [columns.to_row(row) for row in rows]

    def count(self, kind: type[Row], /, **where: object) -> int:
        """Return how many rows match."""
        found = conditions_of(kind, where)
        if found is None:
            return 0
        conditions, values = found
        shape = Shape(kind, conditions, None, has_limit=False, is_count=True)
        counted = self._session.row(self._statements.query(shape), values)
        return counted[0] if counted else 0

    def column(self, kind: type[Row], name: str, /, **where: object) -> list[Any]:
        """Return one column of the matching rows, by key; raises ValueError for an unknown one."""
        read = columns_of(kind).column(name).read
        return [read(row[0]) for row in self._columns(kind, (name,), where, is_count=False)]

    def tally(self, kind: type[Row], /, *names: str, **where: object) -> dict[tuple[Any, ...], int]:
        """Return how many matching rows share each combination of values in those columns."""
        reads = [columns_of(kind).column(name).read for name in names]
        rows = self._columns(kind, names, where, is_count=True)
        return {
            tuple(read(value) for read, value in zip(reads, row, strict=False)): row[-1]
            for row in rows
            if row[-1]
        }

    def _columns(
        self, kind: type[Row], names: tuple[str, ...], where: dict[str, object], *, is_count: bool
    ) -> list[Stored]:
        found = conditions_of(kind, where)
        if found is None:
            return []
        conditions, values = found
        shape = Shape(kind, conditions, None, has_limit=False, is_count=is_count, only=names)
        return self._session.rows(self._statements.query(shape), values)

    def head(self) -> Head:
        """Return the last position and its hash."""
        found = self._session.row(self._statements.head)
        if found is None:
            raise LedgerBroken(
                "The ledger's head is gone.", remedy="Run `aios ledger verify`, then restore."
            )
        return Head(position=found[0], hash=found[1].hex())

    def folds(self) -> int:
        """Return how often the rows were folded anew."""
        found = self._session.row(self._statements.folds)
        return int(found[0]) if found else 0

    def events(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        types: Sequence[str] = (),
        stream: str | None = None,
        correlation_id: str | None = None,
        upto: int | None = None,
    ) -> Iterator[Envelope]:
        """Yield the stored envelopes in order of position, a batch at a time."""
        if stream is not None and types:  # SQLite would walk all events of the type instead
            own = self.events(after=after, stream=stream, correlation_id=correlation_id, upto=upto)
            yield from islice((one for one in own if one.type in types), limit)
            return
        filters = {"stream": stream, "correlation_id": correlation_id, "upto": upto}
        given = {name: value for name, value in filters.items() if value is not None}
        names = ("after", *given, *((f"types:{len(types)}",) if types else ()))
        statement = self._statements.events(names)
        while limit is None or limit > 0:
            size = _BATCH if limit is None else min(limit, _BATCH)
            batch = self._session.rows(statement, (after, *given.values(), *types, size))
            for row in batch:
                yield to_envelope(row)
            if len(batch) < size:
                return
            after = batch[-1][0]
            limit = None if limit is None else limit - size

    def event(self, event_id: str) -> Envelope | None:
        """Return one envelope by its id, or None."""
        found = self._session.row(self._statements.event_by_id, (event_id,))
        return None if found is None else to_envelope(found)

    def blob(self, ref: BlobRef) -> bytes:
        """Return a blob's plain bytes; raises KeyErased, KeyMissing, UnknownId, LedgerBroken."""
        return self._store.blobs.get(self._session, ref)

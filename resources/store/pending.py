"""Owns the rows of a unit of work that are not written yet, and those already read.

What was read or written once is not read again. Rows are written with one statement per kind: at
the end, or before a query that could miss them.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from aios_defs.core.envelope import Head
from aios_defs.core.rows.row import Row
from resources.store.columns import columns_of
from resources.store.session import Session
from resources.store.statements import Statements

R = TypeVar("R", bound=Row)
_REMEMBERED_ROWS = 4096
MISSING = object()
"""What `known` returns for a row that was neither read nor written."""


RowMap = dict[tuple[type[Row], str], Row | None]


@dataclass(slots=True)
class Known:
    """What one head determines: folded rows, and how far each stream has come.

    The process that moves the head on keeps it for its next unit of work, which then reads nothing
    twice; whoever finds another head, or rows that were folded anew since, begins with nothing.
    """

    folds: int = 0
    head_hash: str = ""
    rows: RowMap = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def is_of(self, head: Head, folds: int) -> bool:
        """Return whether it may be used at this head, of rows that were folded so often."""
        is_same = self.head_hash == head.hash and self.folds == folds
        return is_same and len(self.rows) < _REMEMBERED_ROWS


class Pending:
    """An identity map with the changes on it."""

    def __init__(self, session: Session, statements: Statements, known: RowMap) -> None:
        self._session = session
        self._statements = statements
        self._folded = known
        self._operational: RowMap = {}
        self._changed: dict[type[Row], dict[str, Row | None]] = {}

    def known(self, kind: type[Row], key: str) -> object:
        """Return the row, None when it is known not to exist, or MISSING."""
        return self._map(kind).get((kind, key), MISSING)

    def learn(self, kind: type[R], key: str, row: R | None) -> R | None:
        """Keep what was read."""
        self._map(kind)[kind, key] = row
        return row

    def put(self, row: Row) -> None:
        """Write a row in place of the one of its key."""
        kind = type(row)
        self._change(kind, getattr(row, columns_of(kind).key), row)

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete the row of that key."""
        self._change(kind, key, None)

    def flush(self, kind: type[Row] | None = None) -> None:
        """Write the changes of one kind, or of all kinds, to the database."""
        kinds = list(self._changed) if kind is None else [kind]
        for one in kinds:
            self._flush(one, self._changed.pop(one, {}))

    def forget(self) -> None:
        """Drop what is known, after a flush: a rebuild reads more rows than memory may hold."""
        self._folded.clear()

    def _map(self, kind: type[Row]) -> RowMap:
        return self._folded if kind.FOLDED else self._operational

    def _change(self, kind: type[Row], key: str, row: Row | None) -> None:
        self._map(kind)[kind, key] = row
        self._changed.setdefault(kind, {})[key] = row

    def _flush(self, kind: type[Row], changes: dict[str, Row | None]) -> None:
        columns = columns_of(kind)
        gone = [(key,) for key, row in changes.items() if row is None]
        kept = [columns.to_stored(row) for row in changes.values() if row is not None]
        if gone:
            self._session.many(self._statements.delete(kind), gone)
        if kept:
            self._session.many(self._statements.upsert(kind), kept)

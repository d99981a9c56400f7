"""Owns the fold: which reducer turns which event into rows.

A reducer is pure over `Rows`: it reads and writes rows by key, never a clock, an id or a file. The
same reducers run in the SQL store, in the in-memory fake and in a rebuild.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.registry import EventData
from aios_defs.core.rows.row import Row

R = TypeVar("R", bound=Row)
E = TypeVar("E", bound=EventData)


class Rows(Protocol):
    """Where a reducer reads and writes."""

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        ...

    def put(self, row: Row) -> None:
        """Write a row in place of the one of its key."""
        ...

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete the row of that key; no error when it is not there."""
        ...

    def select(self, kind: type[R], /, **where: object) -> list[R]:
        """Return the rows whose columns equal `where`, by key."""
        ...


Reducer = Callable[[Envelope, E, Rows], None]
_REDUCERS: dict[type[EventData], Reducer[EventData]] = {}


def reduces(kind: type[E]) -> Callable[[Reducer[E]], Reducer[E]]:
    """Register the reducer of an event class."""

    def register(reducer: Reducer[E]) -> Reducer[E]:
        _REDUCERS[kind] = reducer  # type: ignore[assignment]  # keyed by E itself
        return reducer

    return register


def fold(envelope: Envelope, data: EventData, rows: Rows) -> None:
    """Fold one event into the rows; an event without a reducer changes none.

    Raises:
        TransitionRefused: the state of the thing does not allow the event.

    """
    reducer = _REDUCERS.get(type(data))
    if reducer is not None:
        reducer(envelope, data, rows)


def must(row: R | None, kind: type[R], key: str) -> R:
    """Return the row, or raise KeyError: an event about something that no event created."""
    if row is None:
        message = f"{kind.TABLE} has no {key}"
        raise KeyError(message)
    return row

"""Owns the rows within a unit of work or a rebuild: reading sees what was written before it."""

from typing import Any, TypeVar, cast

from aios_defs.core.rows.row import Row
from resources.store.pending import MISSING, Pending
from resources.store.view import SqlView, Store

R = TypeVar("R", bound=Row)


class PendingView(SqlView):
    """A view that includes the rows not yet written."""

    def __init__(self, store: Store, pending: Pending) -> None:
        super().__init__(store)
        self.pending = pending

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        known = self.pending.known(kind, key)
        if known is MISSING:
            return self.pending.learn(kind, key, super().get(kind, key))
        return cast("R | None", known)

    def select(
        self,
        kind: type[R],
        /,
        *,
        order: str | None = None,
        limit: int | None = None,
        **where: object,
    ) -> list[R]:
        """Return the matching rows, those of this unit included."""
        self.pending.flush(kind)
        return super().select(kind, order=order, limit=limit, **where)

    def count(self, kind: type[Row], /, **where: object) -> int:
        """Return how many rows match, those of this unit included."""
        self.pending.flush(kind)
        return super().count(kind, **where)

    def column(self, kind: type[Row], name: str, /, **where: object) -> list[Any]:
        """Return one column of the matching rows, those of this unit included."""
        self.pending.flush(kind)
        return super().column(kind, name, **where)

    def tally(self, kind: type[Row], /, *names: str, **where: object) -> dict[tuple[Any, ...], int]:
        """Return how many rows share each combination of values, those of this unit included."""
        self.pending.flush(kind)
        return super().tally(kind, *names, **where)


class FoldedRows:
    """The rows as a reducer sees them: it writes folded rows only."""

    def __init__(self, view: PendingView) -> None:
        self._view = view
        self._pending = view.pending

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        return self._view.get(kind, key)

    def put(self, row: Row) -> None:
        """Write a folded row; raises TypeError for an operational one."""
        refuse_operational(type(row))
        self._pending.put(row)

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete a folded row; raises TypeError for an operational kind."""
        refuse_operational(kind)
        self._pending.delete(kind, key)

    def select(self, kind: type[R], /, **where: Any) -> list[R]:  # noqa: ANN401 - column values
        """Return the rows whose columns equal `where`, by key."""
        return self._view.select(kind, **where)


def refuse_folded(kind: type[Row]) -> None:
    """Raise TypeError for a row that only the fold may write."""
    if kind.FOLDED:
        message = f"{kind.__name__} is folded from the log: append an event instead"
        raise TypeError(message)


def refuse_operational(kind: type[Row]) -> None:
    """Raise TypeError for a row that a fold must not write."""
    if not kind.FOLDED:
        message = f"{kind.__name__} is operational: a rebuild would not bring it back"
        raise TypeError(message)

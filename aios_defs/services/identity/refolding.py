"""Owns the rows of one profile while its events are folded once more, beside the real ones."""

from typing import Any, TypeVar, cast

from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.core.rows.row import Row

R = TypeVar("R", bound=Row)


class ProfileRows:
    """Rows in memory, as a reducer reads and writes them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[type[Row], str], Row] = {}

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        return cast("R | None", self.rows.get((kind, key)))

    def put(self, row: Row) -> None:
        """Write a row in place of the one of its key."""
        key: Any = getattr(row, "lookup" if isinstance(row, IdentityRow) else "id")
        self.rows[type(row), str(key)] = row

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete the row of that key; no error when it is not there."""
        self.rows.pop((kind, key), None)

    def select(self, kind: type[R], /, **where: object) -> list[R]:
        """Return the rows whose fields equal `where`."""
        found = [row for row in self.rows.values() if isinstance(row, kind)]
        return [row for row in found if all(getattr(row, n) == v for n, v in where.items())]

"""Owns rows in dicts: reading, comparing and ordering them as the port says, without a database."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import eq, gt, le, lt
from typing import Any, TypeVar, cast

from aios_defs.core.errors import LedgerConflict
from aios_defs.core.rows.row import Row

R = TypeVar("R", bound=Row)
Tables = dict[type[Row], dict[str, Row]]
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"lt": lt, "lte": le, "gt": gt}


@cache
def key_name(kind: type[Row]) -> str:
    """Return the name of a row class's key: its first field."""
    return fields(kind)[0].name


class MemoryRows:
    """The rows of one state; writing copies a table first, so other states keep theirs."""

    def __init__(self, tables: Tables) -> None:
        self.tables = dict(tables)
        self._own: set[type[Row]] = set()

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        return cast("R | None", self.tables.get(kind, {}).get(key))

    def put(self, row: Row) -> None:
        """Write a row in place of the one of its key."""
        self._table(type(row))[getattr(row, key_name(type(row)))] = row

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete the row of that key."""
        self._table(kind).pop(key, None)

    def select(
        self,
        kind: type[R],
        /,
        *,
        order: str | None = None,
        limit: int | None = None,
        **where: object,
    ) -> list[R]:
        """Return the matching rows; raises ValueError for a name that is no column."""
        tests = [_test(kind, name, value) for name, value in where.items()]
        found = [row for row in self.tables.get(kind, {}).values() if all(t(row) for t in tests)]
        found.sort(key=lambda row: getattr(row, key_name(kind)))
        if order is not None:
            known_column(kind, order.removeprefix("-"))
            found.sort(key=_order_key(order.removeprefix("-")), reverse=order.startswith("-"))
        return cast("list[R]", found[:limit])

    def folding(self) -> "FoldingRows":
        """Return the rows as a reducer sees them."""
        return FoldingRows(self)

    def refuse_duplicates(self) -> None:
        """Raise LedgerConflict when two rows share what their class says is unique."""
        for kind in self._own:
            for names in kind.UNIQUE:
                seen = [tuple(getattr(row, n) for n in names) for row in self.tables[kind].values()]
                whole = [one for one in seen if None not in one]
                if len(set(whole)) < len(whole):
                    raise LedgerConflict(
                        "Something with this key or place exists already.",
                        remedy="Read again, then decide anew.",
                    )

    def _table(self, kind: type[Row]) -> dict[str, Row]:
        if kind not in self._own:
            self.tables[kind] = dict(self.tables.get(kind, {}))
            self._own.add(kind)
        return self.tables[kind]


class FoldingRows:
    """The rows as a reducer sees them: it writes folded rows only."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        return self._rows.get(kind, key)

    def put(self, row: Row) -> None:
        """Write a folded row; raises TypeError for an operational one."""
        refuse(type(row), is_folded=False)
        self._rows.put(row)

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete a folded row; raises TypeError for an operational kind."""
        refuse(kind, is_folded=False)
        self._rows.delete(kind, key)

    def select(self, kind: type[R], /, **where: Any) -> list[R]:  # noqa: ANN401 - column values
        """Return the rows whose columns equal `where`, by key."""
        return self._rows.select(kind, order=None, limit=None, **where)


def refuse(kind: type[Row], *, is_folded: bool) -> None:
    """Raise TypeError when the kind is folded (or is not), as the port demands."""
    if kind.FOLDED is is_folded:
        message = f"{kind.__name__} is {'folded' if is_folded else 'operational'}"
        raise TypeError(message)


def _test(kind: type[Row], name: str, value: object) -> Callable[[Row], bool]:
    column, _, operator = name.partition("__")
    known_column(kind, column)
    if operator and operator not in _OPERATORS:
        message = f"{name}: the operators are {', '.join(_OPERATORS)}"
        raise ValueError(message)
    if isinstance(value, tuple):
        return lambda row: getattr(row, column) is not None and getattr(row, column) in value
    if value is None and not operator:
        return lambda row: getattr(row, column) is None
    compare = _OPERATORS.get(operator, eq)
    return lambda row: getattr(row, column) is not None and compare(getattr(row, column), value)


def known_column(kind: type[Row], column: str) -> None:
    """Raise ValueError when the row class lacks a column."""
    names = [one.name for one in fields(kind)]
    if column not in names:
        message = f"{kind.__name__} has no {column}; it has {', '.join(names)}"
        raise ValueError(message)


def _order_key(column: str) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = getattr(row, column)
        return (value is not None, value if value is not None else 0)

    return key

"""Owns the form of a table that an artifact is built from: typed records, columns, the head.

The same ledger gives the same table. The first field of a record is its key.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Literal, get_type_hints

from aios_defs.core.envelope import Head
from aios_defs.core.model import JsonObject, JsonValue, rfc3339

Cell = str | int | float | bool | datetime | tuple[str, ...] | None
ColumnKind = Literal["text", "integer", "number", "flag", "time", "texts"]

_KINDS: dict[object, ColumnKind] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "flag",
    datetime: "time",
    tuple[str, ...]: "texts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of a table; a field is one of the kinds of Cell, or that with None."""

    @property
    def key(self) -> str:
        """The value of the first field."""
        return str(getattr(self, fields(self)[0].name))

    def cells(self) -> dict[str, Cell]:
        """Return the row by column, in order."""
        return asdict(self)

    def to_json(self) -> JsonObject:
        """Return the row as JSON, times as RFC 3339: what a seal is taken over."""
        return {name: plain(cell) for name, cell in self.cells().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What an artifact is called and what its rows look like.

    `levels` names the tables that a leveled artifact is kept in, by its column `level`, so that a
    reader of one level never opens the file of another; empty for one table.
    """

    name: str
    record: type[Record]
    levels: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name of the key column."""
        return fields(self.record)[0].name

    def columns(self) -> dict[str, ColumnKind]:
        """Return the kind of each column, in order."""
        hints = get_type_hints(self.record)
        return {one.name: _kind(hints[one.name]) for one in fields(self.record)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The value of one artifact, read at `head`."""

    form: Form
    rows: tuple[Record, ...] = field(repr=False)
    head: Head

    @property
    def name(self) -> str:
        """The name of the artifact."""
        return self.form.name


def plain(cell: Cell) -> JsonValue:
    """Return a cell as JSON: a time as RFC 3339, a tuple as a list."""
    if isinstance(cell, datetime):
        return rfc3339(cell)
    return [*cell] if isinstance(cell, tuple) else cell


def _kind(hint: object) -> ColumnKind:
    if hint in _KINDS:
        return _KINDS[hint]
    return next(kind for plain_type, kind in _KINDS.items() if hint == plain_type | None)  # type: ignore[operator] # a union of types

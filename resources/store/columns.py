"""Owns how a row class becomes columns, and a row a tuple of what the database stores.

Text, StrEnum and NewType of text are stored as text, an instant as RFC 3339 text (which sorts as
time), a pydantic model and a tuple as JSON text, a truth value as 0 or 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter

from aios_defs.core.model import parse_rfc3339, rfc3339
from aios_defs.core.rows.row import Row

R = TypeVar("R", bound=Row)
Storage = Literal["text", "integer", "real"]
Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `encode` and `decode` are None where the value is stored as it is."""

    name: str
    storage: Storage
    is_nullable: bool
    encode: Change | None = None
    decode: Change | None = None

    def stored(self, value: object) -> object:
        """Return a value as the database holds it."""
        return value if value is None or self.encode is None else self.encode(value)

    def read(self, stored: Any) -> Any:  # noqa: ANN401 - a value of the column's type
        """Return the value of what the database holds."""
        return stored if stored is None or self.decode is None else self.decode(stored)


class Columns(Generic[R]):
    """The columns of one row class, the key first."""

    def __init__(self, kind: type[R]) -> None:
        hints = get_type_hints(kind)
        self.kind = kind
        self.all = tuple(_column(field.name, hints[field.name]) for field in fields(kind))
        self.names = tuple(column.name for column in self.all)
        self.key = self.names[0]
        self._by_name = {column.name: column for column in self.all}
        self._values: Callable[[R], Any] = attrgetter(*self.names)
        self._encoders = [(i, c.encode) for i, c in enumerate(self.all) if c.encode]
        self._decoders = [(i, c.decode) for i, c in enumerate(self.all) if c.decode]

    def column(self, name: str) -> Column:
        """Return a column; raises ValueError for a name that the row class lacks."""
        found = self._by_name.get(name)
        if found is None:
            message = f"{self.kind.__name__} has no {name}; it has {', '.join(self.names)}"
            raise ValueError(message)
        return found

    def to_stored(self, row: R) -> tuple[Any, ...]:
        """Return the row's values in the order of `names`, as the database holds them."""
        if len(self.names) == 1:
            return (getattr(row, self.key),)
        values = list(self._values(row))
        for index, encode in self._encoders:
            if values[index] is not None:
                values[index] = encode(values[index])
        return tuple(values)

    def to_row(self, stored: tuple[Any, ...]) -> R:
        """Return the row of stored values in the order of `names`."""
        values = list(stored)
        for index, decode in self._decoders:
            if values[index] is not None:
                values[index] = decode(values[index])
        return self.kind(**dict(zip(self.names, values, strict=True)))


@cache
def columns_of(kind: type[R]) -> Columns[R]:
    """Return the columns of a row class."""
    return Columns(kind)


def _column(name: str, hint: Any) -> Column:  # noqa: ANN401 - a type expression
    plain, is_nullable = _without_none(hint)
    plain = getattr(plain, "__supertype__", plain)
    storage, encode, decode = _storage(plain)
    return Column(name=name, storage=storage, is_nullable=is_nullable, encode=encode, decode=decode)


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type expression
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [one for one in get_args(hint) if one is not NoneType]
    if len(kinds) != 1:
        message = f"a column holds one type, not {hint}"
        raise TypeError(message)
    return kinds[0], True


def _storage(kind: Any) -> tuple[Storage, Change | None, Change | None]:  # noqa: ANN401 - as above
    if get_origin(kind) is tuple:
        items = TypeAdapter[Any](kind)
        return "text", lambda value: items.dump_json(value).decode(), items.validate_json
    if issubclass(kind, BaseModel):
        return "text", kind.model_dump_json, kind.model_validate_json
    if issubclass(kind, StrEnum):
        return "text", str, kind
    if issubclass(kind, datetime):
        return "text", rfc3339, parse_rfc3339
    if issubclass(kind, bool):
        return "integer", int, bool
    plain: dict[type, Storage] = {str: "text", int: "integer", float: "real"}
    return plain[kind], None, None

"""Owns the statements: each is written by SQLAlchemy once per shape, then kept as text.

Text takes positional parameters, in the order that its builder documents.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine import Dialect as Compiler
from sqlalchemy.sql import ClauseElement, ColumnElement

from aios_defs.core.rows.row import Row
from resources.store.columns import Column, columns_of
from resources.store.dialects import Dialect
from resources.store.tables import BLOBS, EVENTS, FOLDS, HEAD, META, table_of

_OPERATORS = {"lt": "__lt__", "lte": "__le__", "gt": "__gt__"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a query: `operator` is eq, lt, lte, gt, null or in (with `size` values)."""

    column: str
    operator: str
    size: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two queries the same statement."""

    kind: type[Row]
    conditions: tuple[Condition, ...]
    order: str | None
    has_limit: bool
    is_count: bool = False
    only: tuple[str, ...] = ()
    """The columns to read, where not the whole row; with `is_count`, those to count by."""


class Statements:
    """The texts of all statements for one dialect."""

    def __init__(self, dialect: Dialect, compiler: Compiler) -> None:
        self._dialect = dialect
        self._compiler = compiler
        self._queries: dict[Shape, str] = {}
        self._upserts: dict[type[Row], str] = {}
        self._deletes: dict[type[Row], str] = {}
        self._events: dict[tuple[str, ...], str] = {}
        self.insert_event = self.text(insert(EVENTS))
        self.event_by_id = self.text(select(EVENTS).where(EVENTS.c.id == bindparam("id")))
        self.all_events = self.text(select(EVENTS).order_by(EVENTS.c.position))
        self.count_events = self.text(select(func.count()).select_from(EVENTS))
        self.sequence = self.text(
            select(func.max(EVENTS.c.sequence)).where(EVENTS.c.stream == bindparam("stream"))
        )
        self.head = self.text(select(HEAD.c.position, HEAD.c.hash, HEAD.c.mac))
        folds = select(META.c.value).where(META.c.name == literal_column(f"'{FOLDS}'"))
        self.folds = self.text(folds)
        tip = (EVENTS.c.hash.label("tip"), folds.scalar_subquery().label("folds"))
        head_and_tip = (HEAD.c.position, HEAD.c.hash, HEAD.c.mac, *tip)
        joined = HEAD.outerjoin(EVENTS, EVENTS.c.position == HEAD.c.position)
        self.tip = self.text(select(*head_and_tip).select_from(joined))
        self.insert_head = self.text(insert(HEAD))
        self.move_head = self.text(
            update(HEAD).values(position=bindparam("p"), hash=bindparam("h"), mac=bindparam("m"))
        )
        self.blob = self.text(
            select(BLOBS.c.sealed, BLOBS.c.size).where(BLOBS.c.digest == bindparam("digest"))
        )
        self.insert_blob = self.text(_insert_missing(dialect, BLOBS))
        self.meta = self.text(select(META.c.name, META.c.value))
        self.set_meta = self.text(_upsert(dialect, META))

    def text(self, statement: ClauseElement) -> str:
        """Return a statement's text; parameters come in the order they stand in it."""
        return str(statement.compile(dialect=self._compiler))

    def upsert(self, kind: type[Row]) -> str:
        """Return the text that writes a row; parameters: its columns in order."""
        if kind not in self._upserts:
            self._upserts[kind] = self.text(_upsert(self._dialect, table_of(kind)))
        return self._upserts[kind]

    def delete(self, kind: type[Row]) -> str:
        """Return the text that deletes a row; parameter: its key."""
        if kind not in self._deletes:
            table = table_of(kind)
            key = table.columns[columns_of(kind).key]
            self._deletes[kind] = self.text(delete(table).where(key == bindparam("key")))
        return self._deletes[kind]

    def query(self, shape: Shape) -> str:
        """Return a query's text; parameters: each condition's values in order, then the limit."""
        if shape not in self._queries:
            self._queries[shape] = self.text(_query(shape))
        return self._queries[shape]

    def events(self, filters: tuple[str, ...]) -> str:
        """Return the text that reads the log; parameters: one per filter, then the limit.

        A filter is a column name (equal), `after`, `upto`, or `types:N` with N parameters.
        """
        if filters not in self._events:
            statement = _limited(select(EVENTS).order_by(EVENTS.c.position))
            for name in filters:
                statement = statement.where(_event_filter(name))
            self._events[filters] = self.text(statement)
        return self._events[filters]


def _upsert(dialect: Dialect, table: Table) -> ClauseElement:
    """Return the statement that writes a row in place of the one of its key."""
    statement = dialect.insert(table)
    key = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
    if not others:
        return _insert_missing(dialect, table)
    return statement.on_conflict_do_update(index_elements=key, set_=others)


def _insert_missing(dialect: Dialect, table: Table) -> ClauseElement:
    """Return the statement that writes a row unless there is one of its key."""
    key = [column.name for column in table.primary_key]
    return dialect.insert(table).on_conflict_do_nothing(index_elements=key)


def _limited(statement: Select[Any]) -> Select[Any]:
    return statement.limit(bindparam("limit")).offset(literal_column("0"))


def _query(shape: Shape) -> Select[Any]:
    table = table_of(shape.kind)
    conditions = [_where(table, condition) for condition in shape.conditions]
    only = [table.columns[name] for name in shape.only]
    if shape.is_count:
        counted = select(*only, func.count()).select_from(table).where(*conditions)
        return counted.group_by(*only)
    key = table.columns[columns_of(shape.kind).key]
    chosen = select(*only) if only else select(table)
    statement = chosen.where(*conditions).order_by(*_order(table, shape.order), key)
    return _limited(statement) if shape.has_limit else statement


def _where(table: Table, condition: Condition) -> ColumnElement[bool]:
    column = table.columns[condition.column]
    if condition.operator == "null":
        return column.is_(None)
    if condition.operator == "in":
        return column.in_([bindparam(None) for _ in range(condition.size)])
    operator = _OPERATORS.get(condition.operator, "__eq__")
    return getattr(column, operator)(bindparam(None))


def _order(table: Table, order: str | None) -> list[ColumnElement[Any]]:
    if order is None:
        return []
    column = table.columns[order.removeprefix("-")]
    return [column.desc().nulls_last() if order.startswith("-") else column.asc().nulls_first()]


def _event_filter(name: str) -> ColumnElement[bool]:
    if name == "after":
        return EVENTS.c.position > bindparam("after")
    if name == "upto":
        return EVENTS.c.position <= bindparam("upto")
    if name.startswith("types:"):
        return EVENTS.c.type.in_([bindparam(None) for _ in range(int(name[6:]))])
    return EVENTS.c[name] == bindparam(name)


def conditions_of(
    kind: type[Row], where: dict[str, object]
) -> tuple[tuple[Condition, ...], list[object]] | None:
    """Return the conditions and their stored values, or None when nothing can match.

    Raises:
        ValueError: a name is no column of the row class.

    """
    conditions: list[Condition] = []
    values: list[object] = []
    for name, value in where.items():
        column_name, _, operator = name.partition("__")
        column = columns_of(kind).column(column_name)
        if isinstance(value, tuple):
            if not value:
                return None
            found = _padded([column.stored(one) for one in value])
            conditions.append(Condition(column_name, "in", len(found)))
            values.extend(found)
        elif value is None and not operator:
            conditions.append(Condition(column_name, "null"))
        else:
            conditions.append(_compared(column, operator))
            values.append(column.stored(value))
    return tuple(conditions), values


def _compared(column: Column, operator: str) -> Condition:
    if operator and operator not in _OPERATORS:
        message = f"{column.name}__{operator}: the operators are {', '.join(_OPERATORS)}"
        raise ValueError(message)
    return Condition(column.name, operator or "eq")


def _padded(values: list[object]) -> list[object]:
    """Repeat the last value up to a power of two, so that few statements serve all lengths."""
    size = 1 << (len(values) - 1).bit_length()
    return values + [values[-1]] * (size - len(values))

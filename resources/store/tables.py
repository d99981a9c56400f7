"""Owns the tables: those of the log itself, and one derived from each row class."""

from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from aios_defs.core.rows.row import Row
from resources.store.columns import columns_of

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted by code point in every database, as instants and keys expect."""
_NUMBER = Integer().with_variant(BigInteger, "postgresql")

LOG = MetaData()
ROWS = MetaData()

EVENTS = Table(
    "events",
    LOG,
    Column("position", _NUMBER, primary_key=True, autoincrement=False),
    Column("id", _TEXT, nullable=False, unique=True),
    Column("stream", _TEXT, nullable=False),
    Column("sequence", _NUMBER, nullable=False),
    Column("type", _TEXT, nullable=False, index=True),
    Column("time", _TEXT, nullable=False),
    Column("actor", _TEXT, nullable=False),
    Column("subject", _TEXT),
    Column("correlation_id", _TEXT, nullable=False, index=True),
    Column("causation_id", _TEXT),
    Column("run_id", _TEXT, index=True),
    Column("data", _TEXT, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    UniqueConstraint("stream", "sequence"),
)
"""The log; `seal` is the MAC of `hash`. All three hashes are 32 bytes."""

HEAD = Table(
    "head",
    LOG,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("position", _NUMBER, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)
"""One row (id 1): the last position, its hash, and the MAC over both."""

BLOBS = Table(
    "blobs",
    LOG,
    Column("digest", _TEXT, primary_key=True),
    Column("subject_ref", _TEXT, nullable=False),
    Column("size", _NUMBER, nullable=False),
    Column("sealed", LargeBinary),
)
"""Sealed blobs; `sealed` is null when the content lies in a file of that digest."""

META = Table(
    "meta",
    LOG,
    Column("name", _TEXT, primary_key=True),
    Column("value", _TEXT, nullable=False),
)
"""The versions of the format and of the projections, the shape of the row tables, and FOLDS."""

FOLDS = "folds"
"""How often the rows were folded anew: what a process keeps of them is of one such time."""


@cache
def table_of(kind: type[Row]) -> Table:
    """Return the table of a row class."""
    columns = columns_of(kind)
    types: dict[str, TypeEngine[Any]] = {
        "text": _TEXT,
        "integer": BigInteger(),
        "real": Float(),
    }
    parts = [
        Column(
            column.name,
            types[column.storage],
            primary_key=column.name == columns.key,
            nullable=column.is_nullable,
        )
        for column in columns.all
    ]
    unique = [UniqueConstraint(*names) for names in kind.UNIQUE]
    indexes = [Index("_".join((kind.TABLE, "by", *names)), *names) for names in kind.INDEXES]
    return Table(kind.TABLE, ROWS, *parts, *unique, *indexes, sqlite_with_rowid=False)


def shape_of(kinds: tuple[type[Row], ...]) -> str:
    """Return a hash of the tables' definitions, which changes when any of them does."""
    described = [
        (kind.TABLE, kind.FOLDED, kind.INDEXES, kind.UNIQUE, _described(kind)) for kind in kinds
    ]
    return sha256(repr(described).encode()).hexdigest()


def _described(kind: type[Row]) -> list[tuple[str, str, bool]]:
    return [(one.name, one.storage, one.is_nullable) for one in columns_of(kind).all]

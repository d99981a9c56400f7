"""Owns the form of a row of the index: columns, and items to rows and back.

A turn is never retired and has no valid interval: its columns for both are null. What has them
holds numbers at both ends, so that a filter on them is answered by their indexes alone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from aios_defs.core.errors import IndexBroken
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.memory_index import MemoryItem, MemoryKind
from aios_defs.core.recall.item import Days

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy import int8
    from numpy.typing import NDArray

ENDLESS = 2**62
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
REBUILD = "Build it anew with: aios memory rebuild"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXTS = ("id", "kind", "subject", "thread", "spot", "speaker", "direction", "level", "trust")
_MORE_TEXTS = ("embedder", "text", "terms", "mentions", "source_event", "day")


def schema(dimensions: int) -> "pa.Schema":
    """Return the columns for vectors of a length; `id` may not be null, or keys would repeat."""
    import pyarrow as pa

    time = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            *(pa.field(name, pa.string(), nullable=False) for name in (*_TEXTS, *_MORE_TEXTS)),
            pa.field("audience", pa.list_(pa.string()), nullable=False),
            pa.field("place", pa.int32(), nullable=False),
            pa.field("position", pa.int64(), nullable=False),
            pa.field("at", time, nullable=False),
            pa.field("retired_position", pa.int64()),
            pa.field("valid_from", time),
            pa.field("valid_to", time),
            pa.field("vector", pa.list_(pa.float32(), dimensions), nullable=False),
            pa.field("tokens", pa.binary()),
        ]
    )


def to_rows(items: Sequence[MemoryItem], embedder: str, dimensions: int) -> "pa.Table":
    """Return items as rows; raises IndexBroken for a vector of another length."""
    import numpy as np
    import pyarrow as pa

    vectors = np.zeros((len(items), dimensions), np.float32)
    for row, one in enumerate(items):
        if one.vector is not None:
            refuse_other_length(len(one.vector), dimensions)
            vectors[row] = one.vector
    flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), dimensions)
    columns = {name: [_cell(one, name, embedder) for one in items] for name in _CELLS}
    form = schema(dimensions)
    return pa.table(
        [flat if one.name == "vector" else pa.array(columns[one.name], one.type) for one in form],
        schema=form,
    )


def refuse_other_length(length: int, dimensions: int) -> None:
    """Raise IndexBroken for a vector of another length than the index's."""
    if length != dimensions:
        raise IndexBroken(
            f"A vector has {length} numbers, the index {dimensions}: another embedder made it.",
            remedy=REBUILD,
            reason="embedder",
        )


def spot(thread: str, place: int) -> str:
    """Return the one value that finds a place of a thread."""
    return f"{thread}/{place}"


def to_items(rows: "pa.Table") -> list[MemoryItem]:
    """Return rows as items; the vectors are views of one array."""
    import numpy as np

    if not rows.num_rows:
        return []
    cells = {name: _column(rows.column(name)) for name in rows.column_names if name in _CELLS}
    vector = rows.column("vector").combine_chunks()
    vectors = vector.flatten().to_numpy(zero_copy_only=False).reshape(rows.num_rows, -1)
    has_vector = np.any(vectors, axis=1)
    return [
        _item({name: cell[row] for name, cell in cells.items()}, vectors[row], bool(has))
        for row, has in enumerate(has_vector)
    ]


def _column(column: "pa.ChunkedArray") -> list[Any]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        return [None if one is None else _instant(one) for one in column.cast("int64").to_pylist()]
    return cast("list[Any]", column.to_pylist())


def _instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND


def _item(cells: dict[str, Any], vector: Any, has_vector: bool) -> MemoryItem:  # noqa: ANN401, FBT001 - a row of an array, and whether it is one
    ended, start, end = cells["retired_position"], cells["valid_from"], cells["valid_to"]
    return MemoryItem(
        id=cells["id"],
        kind=cast("MemoryKind", cells["kind"]),
        subject=cells["subject"],
        thread=cells["thread"],
        place=cells["place"],
        position=cells["position"],
        retired_position=None if ended == ENDLESS else ended,
        at=cells["at"],
        speaker=cells["speaker"],
        direction=cells["direction"],
        label=_label(cells["level"], tuple(cells["audience"]), cells["trust"]),
        valid_from=None if start == EARLIEST else start,
        valid_to=None if end == LATEST else end,
        source_event=cells["source_event"],
        day=cells["day"],
        text=cells["text"],
        terms=cells["terms"].split(" ") if cells["terms"] else (),
        mentions=_mentions(cells["mentions"]),
        vector=vector if has_vector else None,
        tokens=None if cells["tokens"] is None else _tokens(cells["tokens"]),
    )


@lru_cache(maxsize=10_000)
def _label(level: str, audience: tuple[str, ...], trust: str) -> Label:
    return Label(level=Level(level), audience=audience, trust=Trust(trust))


def _mentions(text: str) -> tuple[Days, ...]:
    ends = (one.split("/") for one in text.split(" ") if one)
    return tuple(
        Days(first=date.fromisoformat(first), last=date.fromisoformat(last)) for first, last in ends
    )


def _packed(tokens: "NDArray[int8]") -> bytes:
    """Return token vectors as bytes: how many there are in two, then their numbers."""
    return len(tokens).to_bytes(2, "little") + tokens.tobytes()


def _tokens(packed: bytes) -> "NDArray[int8]":
    import numpy as np

    count = int.from_bytes(packed[:2], "little")
    return np.frombuffer(packed, np.int8, offset=2).reshape(count, -1 if count else 0)


def _cell(one: MemoryItem, name: str, embedder: str) -> object:
    return embedder if name == "embedder" else _CELLS[name](one)


def _has_interval(one: MemoryItem) -> bool:
    bounds = (one.retired_position, one.valid_from, one.valid_to)
    return one.kind != "turn" or any(bound is not None for bound in bounds)


_CELLS: dict[str, Any] = {
    "id": lambda one: one.id,
    "kind": lambda one: one.kind,
    "subject": lambda one: one.subject,
    "thread": lambda one: one.thread,
    "spot": lambda one: spot(one.thread, one.place),
    "speaker": lambda one: one.speaker,
    "direction": lambda one: one.direction,
    "level": lambda one: one.label.level.value,
    "trust": lambda one: one.label.trust.value,
    "embedder": None,
    "text": lambda one: one.text,
    "terms": lambda one: " ".join(one.terms),
    "mentions": lambda one: " ".join(f"{days.first}/{days.last}" for days in one.mentions),
    "source_event": lambda one: one.source_event,
    "day": lambda one: one.day,
    "audience": lambda one: list(one.label.audience),
    "place": lambda one: one.place,
    "position": lambda one: one.position,
    "at": lambda one: one.at,
    "retired_position": lambda one: (
        (one.retired_position or ENDLESS) if _has_interval(one) else None
    ),
    "valid_from": lambda one: (one.valid_from or EARLIEST) if _has_interval(one) else None,
    "valid_to": lambda one: (one.valid_to or LATEST) if _has_interval(one) else None,
    "tokens": lambda one: None if one.tokens is None else _packed(one.tokens),
}

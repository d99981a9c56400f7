"""Owns the form of a row of the index: columns to filter by, and the item itself in one piece.

Reading a few hundred rows costs by the column, so what no filter and no index needs lies packed in
one (JSON). A turn is never retired and has no valid interval: its columns for both are null. What
has them holds numbers at both ends, so that a filter on them is answered by their indexes alone.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from aios_defs.core.errors import IndexBroken
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.memory_index import MemoryItem, MemoryKind
from aios_defs.core.recall.item import Days

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy import float32, int8
    from numpy.typing import NDArray

ENDLESS = 2**62
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
REBUILD = "Delete lance/cold in the home; it is filled again from the ledger."
READ = ("packed", "terms", "vector", "tokens")
"""The columns that an item is made of."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXTS = ("id", "kind", "subject", "spot", "level", "embedder", "terms", "packed")


def schema(dimensions: int) -> "pa.Schema":
    """Return the columns for vectors of a length; `id` may not be null, or keys would repeat."""
    import pyarrow as pa

    time = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            *(pa.field(name, pa.string(), nullable=False) for name in _TEXTS),
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
    form = schema(dimensions)
    columns: dict[str, pa.Array] = {"vector": flat}
    for name, cell in _CELLS.items():
        columns[name] = pa.array([cell(one) for one in items], form.field(name).type)
    columns["embedder"] = pa.array([embedder] * len(items), pa.string())
    return pa.table([columns[one.name] for one in form], schema=form)


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
    """Return rows of READ as items; the vectors are views of one array."""
    import numpy as np

    if not rows.num_rows:
        return []
    vector = rows.column("vector").combine_chunks()
    vectors = vector.flatten().to_numpy(zero_copy_only=False).reshape(rows.num_rows, -1)
    has_vector = np.any(vectors, axis=1).tolist()
    packed, terms, tokens = (
        rows.column(name).to_pylist() for name in ("packed", "terms", "tokens")
    )
    return [
        _unpacked(
            packed[row],
            terms=tuple(terms[row].split(" ")) if terms[row] else (),
            vector=vectors[row] if has_vector[row] else None,
            tokens=None if tokens[row] is None else _tokens(tokens[row]),
        )
        for row in range(rows.num_rows)
    ]


def packed_text(packed: str) -> str:
    """Return the text of a packed item."""
    return str(json.loads(packed)[-1])


def _packed(one: MemoryItem) -> str:
    cells = (
        one.id,
        one.kind,
        one.subject,
        one.thread,
        one.place,
        one.position,
        one.retired_position,
        _number(one.at),
        one.speaker,
        one.direction,
        one.label.level,
        one.label.audience,
        one.label.trust,
        _number(one.valid_from),
        _number(one.valid_to),
        one.source_event,
        one.day,
        [(str(days.first), str(days.last)) for days in one.mentions],
        one.text,
    )
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def _unpacked(
    packed: str,
    *,
    terms: tuple[str, ...],
    vector: "NDArray[float32] | None",
    tokens: "NDArray[int8] | None",
) -> MemoryItem:
    cells: list[Any] = json.loads(packed)
    return MemoryItem(
        id=cells[0],
        kind=cast("MemoryKind", cells[1]),
        subject=cells[2],
        thread=cells[3],
        place=cells[4],
        position=cells[5],
        retired_position=cells[6],
        at=_EPOCH + cells[7] * _MICROSECOND,
        speaker=cells[8],
        direction=cells[9],
        label=_label(cells[10], tuple(cells[11]), cells[12]),
        valid_from=_instant(cells[13]),
        valid_to=_instant(cells[14]),
        source_event=cells[15],
        day=cells[16],
        mentions=tuple(_days(*one) for one in cells[17]),
        text=cells[18],
        terms=terms,
        vector=vector,
        tokens=tokens,
    )


def _number(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - _EPOCH) // _MICROSECOND


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + microseconds * _MICROSECOND


@lru_cache(maxsize=10_000)
def _label(level: str, audience: tuple[str, ...], trust: str) -> Label:
    return Label(level=Level(level), audience=audience, trust=Trust(trust))


def _days(first: str, last: str) -> Days:
    return Days(first=date.fromisoformat(first), last=date.fromisoformat(last))


def _packed_tokens(tokens: "NDArray[int8]") -> bytes:
    """Return token vectors as bytes: how many there are in two, then their numbers."""
    return len(tokens).to_bytes(2, "little") + tokens.tobytes()


def _tokens(packed: bytes) -> "NDArray[int8]":
    import numpy as np

    count = int.from_bytes(packed[:2], "little")
    return np.frombuffer(packed, np.int8, offset=2).reshape(count, -1 if count else 0)


def _has_interval(one: MemoryItem) -> bool:
    bounds = (one.retired_position, one.valid_from, one.valid_to)
    return one.kind != "turn" or any(bound is not None for bound in bounds)


_CELLS: dict[str, Callable[[MemoryItem], object]] = {
    "id": lambda one: one.id,
    "kind": lambda one: one.kind,
    "subject": lambda one: one.subject,
    "spot": lambda one: spot(one.thread, one.place),
    "level": lambda one: one.label.level.value,
    "terms": lambda one: " ".join(one.terms),
    "packed": _packed,
    "position": lambda one: one.position,
    "at": lambda one: one.at,
    "retired_position": lambda one: (
        (one.retired_position or ENDLESS) if _has_interval(one) else None
    ),
    "valid_from": lambda one: (one.valid_from or EARLIEST) if _has_interval(one) else None,
    "valid_to": lambda one: (one.valid_to or LATEST) if _has_interval(one) else None,
    "tokens": lambda one: None if one.tokens is None else _packed_tokens(one.tokens),
}

"""Owns the form of a row of a Lance table: columns to filter by, and the item itself in one piece.

What no filter needs lies packed in one column (JSON). A turn is never retired and has no valid
interval: its columns for both are null; what has them holds numbers at both ends.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aios_defs.core.errors import IndexBroken
from aios_defs.core.memory_index import MemoryItem
from resources.memory_index.record import packed_item

if TYPE_CHECKING:
    import pyarrow as pa

ENDLESS = 2**62
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
REBUILD = "Delete lance/cold in the home; it is filled again from the ledger."
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
    "packed": packed_item,
    "position": lambda one: one.position,
    "at": lambda one: one.at,
    "retired_position": lambda one: (
        (one.retired_position or ENDLESS) if _has_interval(one) else None
    ),
    "valid_from": lambda one: (one.valid_from or EARLIEST) if _has_interval(one) else None,
    "valid_to": lambda one: (one.valid_to or LATEST) if _has_interval(one) else None,
}

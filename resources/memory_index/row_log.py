"""Owns the rows that questions are answered from: files that only grow, for one build of a level.

    <level>_<build>.rows/rows.bin       a row of numbers for each item: what is filtered by
                         vectors.bin    its vector
                         signs.bin      a bit for each number of its vector: whether it is positive
                         words.bin      the key of each of its terms
                         records.bin    the item itself: packed, its terms, its token vectors

A row of an id that is there already takes the place of the former one. Writers take turns; what one
that was killed left half-written is cut off by the next. How many rows count is said elsewhere
(served.py), so nothing that a reader sees changes under it.
"""

import mmap
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aios_defs.core.errors import IndexBroken
from aios_defs.core.memory_index import MemoryItem
from resources.durable import sync_folder
from resources.memory_index.postings import key_of
from resources.memory_index.record import (
    microseconds_of,
    packed_item,
    packed_text,
    packed_tokens,
    tokens_of,
    unpacked_item,
)
from resources.memory_index.rows import EARLIEST, ENDLESS, LATEST, REBUILD

if TYPE_CHECKING:
    from numpy import float32, uint64
    from numpy.typing import NDArray

_FILES = ("records", "words", "signs", "vectors", "rows")
"""In the order they are written: a row is there once all of it is."""
_CELLS = [
    *((name, "<u8") for name in ("id", "subject", "thread", "kind", "level", "embedder")),
    *((name, "<i8") for name in ("place", "position", "retired", "at", "valid_from", "valid_to")),
    *((name, "<i8") for name in ("record", "word")),
    *((name, "<u4") for name in ("packed", "said", "tokens", "terms")),
    *((name, "u1") for name in ("has_vector", "has_tokens")),
]
"""`record` and `word` are where its record and its first term's key begin; `packed`, `said` and
`tokens` how many bytes of the record are the item, its terms and its token vectors."""


class RowLog:
    """The files of one build of a level's rows, for vectors of one length."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Keep the files in this folder."""
        self.folder = folder
        self._dimensions = dimensions

    def count(self) -> int:
        """Return how many rows are there, those that no finished fill counts included."""
        return self._size("rows") // _form().itemsize

    def append(self, items: Sequence[MemoryItem], embedder: str) -> None:
        """Add the rows of items; who calls it holds the writers' lock."""
        rows, vectors, words = rows_of(items, embedder, self._dimensions)
        made = [(packed_item(one).encode(), _said(one), _tokens(one)) for one in items]
        for name, parts in zip(("packed", "said", "tokens"), zip(*made, strict=True), strict=False):
            rows[name] = [len(part) for part in parts]
        self.write(rows, vectors, words, b"".join(b"".join(one) for one in made))

    def rows(self, count: int) -> Any:  # noqa: ANN401 - an array of rows of numbers
        """Return the first rows.

        Raises:
            IndexBroken: there are fewer.

        """
        import numpy as np

        if self.count() < count:
            raise IndexBroken("Rows of memory are missing.", remedy=REBUILD, reason="rows")
        if not count:
            return np.zeros(0, _form())
        return np.fromfile(self.folder / "rows.bin", _form(), count)

    def words(self, rows: Any) -> "NDArray[uint64]":  # noqa: ANN401 - as `rows` gives
        """Return the keys of the terms of rows that stand together."""
        import numpy as np

        if not len(rows):
            return np.zeros(0, np.uint64)
        first = int(rows["word"][0])
        count = int(rows["word"][-1]) + int(rows["terms"][-1]) - first
        return np.fromfile(self.folder / "words.bin", np.uint64, count, offset=8 * first)

    def vectors(self, count: int) -> "NDArray[float32]":
        """Map the vectors of the first rows; nothing is read before it is asked for."""
        import numpy as np

        shape = (count, self._dimensions)
        mapped = np.memmap(self.folder / "vectors.bin", np.float32, "r", shape=shape)
        return mapped.view(np.ndarray)

    def signs(self, count: int) -> "NDArray[uint64]":
        """Return the signs of the first rows' vectors: (pieces of 64, rows)."""
        import numpy as np

        pieces = _pieces(self._dimensions)
        flat = np.fromfile(self.folder / "signs.bin", np.uint64, count * pieces)
        return np.ascontiguousarray(flat.reshape(count, pieces).T)

    def records(self) -> mmap.mmap:
        """Map the records."""
        with (self.folder / "records.bin").open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def texts(self, rows: Iterable[int]) -> list[str]:
        """Return the texts of rows, by their numbers."""
        chosen = self.rows(self.count())[[*rows]]
        records = self.records() if len(chosen) else b""
        sizes = zip(chosen["record"].tolist(), chosen["packed"].tolist(), strict=True)
        return [packed_text(records[at : at + size]) for at, size in sizes]

    def copy_to(self, other: "RowLog", chosen: Iterable[int], count: int) -> None:
        """Write some of the first rows into another log, which is empty."""
        import numpy as np

        rows, wanted = self.rows(count), np.fromiter(chosen, np.int64)
        for some in np.array_split(wanted, len(wanted) // 4096 + 1):
            kept, records = rows[some], self.records()
            words = [self.words(rows[one : one + 1]) for one in some.tolist()]
            pieces = [records[at : at + size] for at, size in _bounds(kept)]
            if len(some):
                vectors = np.array(self.vectors(count)[some])
                other.write(kept, vectors, np.concatenate(words), b"".join(pieces))

    def sync(self) -> None:
        """Make what was written outlive a loss of power."""
        for name in _FILES:
            with (self.folder / f"{name}.bin").open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(self.folder)
        sync_folder(self.folder.parent)

    def write(self, rows: Any, vectors: Any, words: Any, records: bytes) -> None:  # noqa: ANN401 - arrays
        """Add rows with what belongs to them; where that lies is said in them."""
        import numpy as np

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._cut()
        sizes = rows["packed"].astype(np.int64) + rows["said"] + rows["tokens"]
        rows["record"] = self._size("records") + np.cumsum(sizes) - sizes
        lengths = rows["terms"].astype(np.int64)
        rows["word"] = self._size("words") // 8 + np.cumsum(lengths) - lengths
        written = {
            "records": records,
            "words": words.tobytes(),
            "signs": signs_of(vectors).tobytes(),
            "vectors": vectors.tobytes(),
            "rows": rows.tobytes(),
        }
        for name in _FILES:
            with (self.folder / f"{name}.bin").open("ab") as file:
                file.write(written[name])

    def _cut(self) -> None:
        """Cut off what belongs to no whole row."""
        count = self.count()
        last = self.rows(count)[-1:]
        ends = {
            "records": sum(sum(one) for one in _bounds(last)),
            "words": 8 * int((last["word"] + last["terms"]).sum()),
            "signs": 8 * _pieces(self._dimensions) * count,
            "vectors": 4 * self._dimensions * count,
            "rows": _form().itemsize * count,
        }
        for name, end in ends.items():
            if self._size(name) > end:
                os.truncate(self.folder / f"{name}.bin", end)

    def _size(self, name: str) -> int:
        try:
            return (self.folder / f"{name}.bin").stat().st_size
        except FileNotFoundError:
            return 0


def rows_of(items: Sequence[MemoryItem], embedder: str, dimensions: int) -> Any:  # noqa: ANN401 - arrays
    """Return items as rows of numbers, their vectors, and the keys of their terms."""
    import numpy as np

    rows = np.zeros(len(items), _form())
    vectors = np.zeros((len(items), dimensions), np.float32)
    for row, one in enumerate(items):
        rows[row] = _row(one, embedder)
        if one.vector is not None:
            vectors[row] = one.vector
    words = np.array([key_of(term) for one in items for term in one.terms], np.uint64)
    return rows, vectors, words


def items_of(rows: Any, records: mmap.mmap, vectors: "NDArray[float32]") -> list[MemoryItem]:  # noqa: ANN401 - rows of numbers
    """Return the items of rows, which have these vectors."""
    items: list[MemoryItem] = []
    parts = ("record", "packed", "said", "tokens", "has_vector", "has_tokens")
    for vector, *cells in zip(vectors, *(rows[one].tolist() for one in parts), strict=True):
        first, packed, said, tokens, has_vector, has_tokens = cells
        record = records[first : first + packed + said + tokens]
        item = unpacked_item(
            record[:packed].decode(),
            terms=tuple(record[packed : packed + said].decode().split(" ")) if said else (),
            vector=vector if has_vector else None,
            tokens=tokens_of(record, packed + said) if has_tokens else None,
        )
        items.append(item)
    return items


def signs_of(vectors: "NDArray[float32]") -> "NDArray[uint64]":
    """Return a bit for each number, 64 in a piece: (vectors, pieces)."""
    import numpy as np

    bits = np.packbits(vectors > 0, axis=1)
    whole = np.zeros((len(vectors), 8 * _pieces(vectors.shape[1])), np.uint8)
    whole[:, : bits.shape[1]] = bits
    return whole.view(np.uint64)


def _row(one: MemoryItem, embedder: str) -> tuple[int, ...]:
    keyed = (one.id, one.subject, one.thread, one.kind, one.label.level, embedder)
    times = (one.at, one.valid_from or EARLIEST, one.valid_to or LATEST)
    retired = ENDLESS if one.retired_position is None else one.retired_position
    return (
        *(key_of(text) for text in keyed),
        *(one.place, one.position, retired),
        *(microseconds_of(each) for each in times),
        *(0, 0, 0, 0, 0, len(one.terms)),
        *(one.vector is not None and bool(one.vector.any()), one.tokens is not None),
    )


def _said(one: MemoryItem) -> bytes:
    return " ".join(one.terms).encode()


def _tokens(one: MemoryItem) -> bytes:
    return b"" if one.tokens is None else packed_tokens(one.tokens)


def _bounds(rows: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - as `rows` gives
    """Return where the record of each row begins, and how long it is."""
    parts = ("record", "packed", "said", "tokens")
    return [(at, sum(sizes)) for at, *sizes in zip(*(rows[p].tolist() for p in parts), strict=True)]


def _pieces(dimensions: int) -> int:
    return (dimensions + 63) // 64


def _form() -> Any:  # noqa: ANN401 - numpy is loaded where it is used
    import numpy as np

    return np.dtype(_CELLS)

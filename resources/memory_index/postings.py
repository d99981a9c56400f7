"""Owns postings: which rows hold a key, for words, subjects, ids and places of threads alike.

A key is the 64-bit hash of a text, so that no text stands in an index. Rows are numbers in the
order they were appended; postings of later rows are put behind those of earlier ones.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import int64, uint16, uint32, uint64
    from numpy.typing import NDArray

_STEP = 0x9E3779B97F4A7C15
"""What a place in a thread adds to the key of its thread: odd, and nothing like a small number."""


@lru_cache(maxsize=200_000)
def key_of(text: str) -> int:
    """Return the key of a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def spots_of(threads: "NDArray[uint64]", places: "NDArray[int64]") -> "NDArray[uint64]":
    """Return the keys of places of threads, which are given by their keys."""
    import numpy as np

    return threads + places.astype(np.uint64) * np.uint64(_STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """The rows of each key, ascending, and how often the key stands in each of them.

    `keys` are sorted, each once; the rows of the key at `n` are those from `bounds[n]` to
    `bounds[n + 1]`.
    """

    keys: "NDArray[uint64]"
    bounds: "NDArray[int64]"
    rows: "NDArray[uint32]"
    counts: "NDArray[uint16]"

    @classmethod
    def of(cls, keys: "NDArray[uint64]", rows: "NDArray[uint32]") -> "Postings":
        """Return the postings of pairs of a key and a row, the rows ascending."""
        import numpy as np

        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        is_first = np.ones(len(keys), bool)
        is_first[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        starts = np.flatnonzero(is_first)
        counts = np.diff(starts, append=len(keys))
        return cls._grouped(keys[starts], rows[starts], np.minimum(counts, 65_535))

    @classmethod
    def _grouped(cls, keys: Any, rows: Any, counts: Any) -> "Postings":  # noqa: ANN401 - arrays
        import numpy as np

        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
        return cls(
            keys=keys[starts],
            bounds=np.append(starts, len(keys)),
            rows=rows.astype(np.uint32),
            counts=counts.astype(np.uint16),
        )

    def with_later(self, later: "Postings") -> "Postings":
        """Return these with those of later rows."""
        import numpy as np

        keys = np.concatenate([one.keys.repeat(np.diff(one.bounds)) for one in (self, later)])
        order = np.argsort(keys, kind="stable")
        rows = np.concatenate([self.rows, later.rows])[order]
        return self._grouped(keys[order], rows, np.concatenate([self.counts, later.counts])[order])

    def of_key(self, key: int) -> "tuple[NDArray[uint32], NDArray[uint16]]":
        """Return the rows of a key and its counts in them."""
        import numpy as np

        wanted = np.uint64(key)
        at = int(self.keys.searchsorted(wanted))
        is_there = at < len(self.keys) and self.keys[at] == wanted
        first, end = (self.bounds[at], self.bounds[at + 1]) if is_there else (0, 0)
        return self.rows[first:end], self.counts[first:end]

    def of_keys(self, keys: "NDArray[uint64]") -> "NDArray[int64]":
        """Return the rows of many keys that have few rows each, in any order."""
        import numpy as np

        at = np.minimum(self.keys.searchsorted(keys), len(self.keys) - 1)
        at = at[self.keys[at] == keys]
        firsts, lengths = self.bounds[at], self.bounds[at + 1] - self.bounds[at]
        inside = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.rows[np.repeat(firsts, lengths) + inside].astype(np.int64)

    def last(self) -> "NDArray[uint32]":
        """Return the last row of each key, in the order of the keys."""
        return self.rows[self.bounds[1:] - 1]

    def save(self, folder: Path, name: str) -> None:
        """Write them into files of their own."""
        import numpy as np

        for part in self.__slots__:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> "Postings":
        """Map what was saved; nothing is read before it is asked for."""
        import numpy as np

        found: dict[str, Any] = {
            part: np.load(folder / f"{name}.{part}.npy", mmap_mode="r").view(np.ndarray)
            for part in _PARTS
        }
        return cls(**found)


_PARTS = ("keys", "bounds", "rows", "counts")

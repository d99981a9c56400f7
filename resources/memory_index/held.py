"""Owns what a reader holds of one level: rows as columns, and choosing among them.

A choice is exact and the same for the same items, in whatever order they were put in: words by BM25
over all postings, vectors by their product. Of many vectors, those whose signs differ least from
those of the question's are compared (`_NEAR` for each that is wanted). Equal scores go by the key
of the id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aios_defs.core.errors import IndexBroken
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import MemoryItem, Scope
from aios_defs.core.recall.item import Statistics
from aios_defs.core.recall.matching import damping, rarity
from resources.memory_index.postings import key_of
from resources.memory_index.record import microseconds_of
from resources.memory_index.row_log import RowLog, items_of, rows_of, signs_of
from resources.memory_index.rows import REBUILD
from resources.memory_index.segment import Segment

if TYPE_CHECKING:
    from numpy import bool_, float32, int64, uint16, uint64
    from numpy.typing import NDArray

    Rows = NDArray[int64]
    Scores = NDArray[float32]

_COMPARED = 2_000
"""Up to so many vectors are compared one and all."""
_NEAR = 8
_LARGE = 0.5
"""Signs count where a number of the question's vector is larger than this part of their mean."""
_FEW = 16
"""A posting so many times longer than what may come back is looked up for what may."""
_COLUMNS = (
    "id",
    "kind",
    "place",
    "position",
    "retired",
    "at",
    "valid_from",
    "valid_to",
    "terms",
    "has_vector",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The served rows of one level, or items of one level that are in no index yet.

    `is_said` is False for a row that another of the same id replaced, or that lies beyond the
    position that is served; `items` and `terms` count the others. `items_of` returns the items of
    rows.
    """

    rows: Any
    columns: "dict[str, NDArray[Any]]"
    segments: tuple[Segment, ...]
    is_said: "NDArray[bool_]"
    items: int
    terms: int
    vectors: "NDArray[float32]"
    signs: "NDArray[uint64]"
    items_of: "Callable[[Rows], list[MemoryItem]]"

    @classmethod
    def of(cls, log: RowLog, *, count: int, indexed: int, position: int) -> "Held":
        """Read the first rows of a log, of which the first `indexed` have a segment."""
        import numpy as np

        rows = log.rows(count)
        columns = {name: np.ascontiguousarray(rows[name]) for name in _COLUMNS}
        tail = rows[indexed:]
        segments = [Segment.load(log.folder, indexed)] if indexed else []
        if len(tail):
            segments.append(Segment.of(tail, log.words(tail), indexed))
        is_said = standing(segments, count) & (columns["position"] <= position)
        vectors, records = log.vectors(count), log.records()
        return cls(
            rows=rows,
            columns=columns,
            segments=tuple(segments),
            is_said=is_said,
            items=int(is_said.sum()),
            terms=int(columns["terms"][is_said].sum()),
            vectors=vectors,
            signs=log.signs(count),
            items_of=lambda some: items_of(rows[some], records, vectors[some]),
        )

    @classmethod
    def of_items(cls, items: Sequence[MemoryItem], dimensions: int) -> "Held":
        """Hold items, one at least, each id once, as if they had been read from a log."""
        import numpy as np

        rows, vectors, words = rows_of(items, "", dimensions)
        return cls(
            rows=rows,
            columns={name: np.ascontiguousarray(rows[name]) for name in _COLUMNS},
            segments=(Segment.of(rows, words, 0),),
            is_said=np.ones(len(items), bool),
            items=len(items),
            terms=int(rows["terms"].sum()),
            vectors=vectors,
            signs=np.ascontiguousarray(signs_of(vectors).T),
            items_of=lambda some: [items[row] for row in some.tolist()],
        )

    def without(self, ids: "NDArray[uint64]") -> "Held":
        """Return it without the items of some ids, given by their keys."""
        import numpy as np

        rows = np.concatenate([_none(), *(one.ids.of_keys(ids) for one in self.segments)])
        gone = rows[self.is_said[rows]]
        is_said = self.is_said.copy()
        is_said[gone] = False
        return replace(
            self,
            is_said=is_said,
            items=self.items - len(gone),
            terms=self.terms - int(self.columns["terms"][gone].sum()),
        )

    def refuse_wrong(self, level: Level, embedder: str) -> None:
        """Raise IndexBroken when a row is of another level, or its vector of another embedder."""
        for column, wanted in (("level", str(level)), ("embedder", embedder)):
            if wrong := int((self.rows[column] != key_of(wanted)).sum()):
                raise IndexBroken(
                    f"The rows of level {level} hold {wrong} of another {column}.",
                    remedy=REBUILD,
                    reason=column,
                )

    def frequency(self, term: str) -> int:
        """Return in how many items a term stands."""
        found = [one.words.of_key(key_of(term))[0] for one in self.segments]
        if self.items == len(self.is_said):
            return sum(len(rows) for rows in found)
        return sum(int(self.is_said[rows].sum()) for rows in found)

    def admitted(self, scope: Scope) -> "Rows":
        """Return the rows that may come back, ascending; it means what `Scope.admits` means."""
        import numpy as np

        if scope.subjects is None:
            return np.flatnonzero(self._meets(scope, slice(None)))
        keys = np.array([key_of(one) for one in scope.subjects], np.uint64)
        rows = np.sort(
            np.concatenate([_none(), *(s.subjects.of_keys(keys) for s in self.segments)])
        )
        return rows[self._meets(scope, rows)]

    def _meets(self, scope: Scope, rows: Any) -> "NDArray[bool_]":  # noqa: ANN401 - rows or a slice
        import numpy as np

        columns, moment = self.columns, microseconds_of(scope.valid_at)
        meets = (
            self.is_said[rows]
            & (columns["position"][rows] <= scope.position)
            & (columns["retired"][rows] > scope.position)
            & (columns["valid_from"][rows] <= moment)
            & (columns["valid_to"][rows] > moment)
        )
        if scope.kinds is not None:
            kinds = np.array([key_of(one) for one in scope.kinds], np.uint64)
            meets &= np.isin(columns["kind"][rows], kinds)
        if scope.since is not None:
            meets &= columns["at"][rows] >= microseconds_of(scope.since)
        if scope.until is not None:
            meets &= columns["at"][rows] < microseconds_of(scope.until)
        return meets

    def beside(self, spots: "NDArray[uint64]", admitted: "Rows") -> "Rows":
        """Return the rows at places of threads that may come back."""
        import numpy as np

        found = np.concatenate([_none(), *(one.spots.of_keys(spots) for one in self.segments)])
        at = np.minimum(admitted.searchsorted(found), max(0, len(admitted) - 1))
        return found[admitted[at] == found] if len(admitted) else _none()

    def worded(self, terms: Sequence[str], statistics: Statistics, admitted: "Rows") -> "Scores":
        """Return for each row that may come back how well the words meet it; 0 without any."""
        import numpy as np

        scores = np.zeros(len(self.rows), np.float32)
        for term in terms:
            weight = rarity(term, statistics)
            for one in self.segments:
                rows, counts = one.words.of_key(key_of(term))
                if len(rows) > _FEW * len(admitted):
                    at = np.minimum(rows.searchsorted(admitted), len(rows) - 1)
                    at = at[rows[at] == admitted]
                    rows, counts = rows[at], counts[at]
                times = counts.astype(np.float32)
                below = times + damping(self.columns["terms"][rows], statistics.average_terms)
                scores[rows] += np.float32(weight) * (times / below)
        return scores[admitted]

    def with_vector(self, admitted: "Rows") -> "Rows":
        """Return those of the rows that have a vector."""
        return admitted[self.columns["has_vector"][admitted] == 1]

    def differing(self, vector: "NDArray[float32]", rows: "Rows") -> "NDArray[uint16]":
        """Return in how many of its larger numbers a vector's signs are not those of rows."""
        import numpy as np

        large = np.abs(vector) > _LARGE * np.sqrt(np.mean(vector**2))
        asked, weighed = signs_of(vector[None])[0], signs_of(large[None])[0]
        are_few = len(rows) * _FEW < len(self.rows)
        signs = self.signs[:, rows] if are_few else self.signs
        differing = np.zeros(signs.shape[1], np.uint16)
        for piece, own, counts in zip(signs, asked, weighed, strict=True):
            differing += np.bitwise_count((piece ^ own) & counts)
        return differing if are_few else differing[rows]

    def products(self, vector: "NDArray[float32]", rows: "Rows") -> "Scores":
        """Return the products of a vector with those of rows, each the same among any others.

        A product of matrices rounds a row by where in the matrix it stands.
        """
        import numpy as np

        return np.einsum("ij,j->i", self.vectors[rows], vector)


def nearest(
    level: Sequence[Held], vector: "NDArray[float32]", most: int, admitted: "Sequence[Rows]"
) -> "list[Rows]":
    """Return of all that is held of one level the rows whose vectors are worth comparing."""
    import numpy as np

    rows = [one.with_vector(some) for one, some in zip(level, admitted, strict=True)]
    if sum(len(some) for some in rows) <= max(_COMPARED, _NEAR * most):
        return rows
    differing = [one.differing(vector, some) for one, some in zip(level, rows, strict=True)]
    limit = np.partition(np.concatenate(differing), _NEAR * most)[_NEAR * most]
    return [some[counts <= limit] for some, counts in zip(rows, differing, strict=True)]


def standing(segments: Sequence[Segment], count: int) -> "NDArray[bool_]":
    """Return which rows no later one of the same id replaced."""
    import numpy as np

    is_last = np.zeros(count, bool)
    for before, one in enumerate(segments):
        is_last[one.ids.last()] = True
        for former in segments[:before]:
            is_last[former.ids.of_keys(one.ids.keys)] = False
    return is_last


def _none() -> "Rows":
    import numpy as np

    return np.zeros(0, np.int64)

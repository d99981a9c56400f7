"""Owns choosing over the levels asked for: candidates by words and by vector, and what is beside.

Of each level there is what the index serves, and what is newer than that: both are chosen from as
one, so that a choice does not depend on how much is in the index already.

The best of all levels together are kept of each way, with the neighbours of the very best: a weak
candidate that its neighbour lifts has a strong one, which is among the best itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aios_defs.core.labels import Level
from aios_defs.core.memory_index import STEPS, Found, MemoryItem, Search
from aios_defs.core.recall.item import Statistics
from resources.memory_index.held import Held, nearest
from resources.memory_index.postings import key_of, spots_of

if TYPE_CHECKING:
    from numpy import float32, int64, intp, uint64
    from numpy.typing import NDArray

_BEST = 16
"""Of how many candidates of each way the neighbours come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What one way of choosing found, the best first: rows, each of the part at that place."""

    parts: "NDArray[intp]"
    rows: "NDArray[int64]"


def choose(served: Mapping[Level, Held], search: Search, dimensions: int) -> Found:
    """Return the candidates of the levels asked for and what stands beside them, each once."""
    levels = _with_newer(served, search, dimensions)
    held = [one for level in levels for one in level]
    statistics = _statistics(held, search.terms)
    admitted = [one.admitted(search.scope) for one in held]
    ways = [_by_words(held, admitted, search, statistics)]
    if search.vector is not None:
        ways.append(_by_vector(levels, admitted, search))
    spots = _spots(held, ways)
    items: list[MemoryItem] = []
    for part, one in enumerate(held):
        chosen = [way.rows[way.parts == part] for way in ways]
        items += _items(one, chosen, spots, admitted[part])
    return Found(items=items, statistics=statistics)


def _with_newer(
    served: Mapping[Level, Held], search: Search, dimensions: int
) -> list[tuple[Held, ...]]:
    """Return for each level what is served of it, without what is newer, and that."""
    import numpy as np

    if not search.newer:
        return [(one,) for one in served.values()]
    ids = np.array([key_of(one.id) for one in search.newer], np.uint64)
    found: list[tuple[Held, ...]] = []
    for level in dict.fromkeys(search.scope.levels):
        newer = [one for one in search.newer if one.label.level == level]
        known = (served[level].without(ids),) if level in served else ()
        found.append((*known, Held.of_items(newer, dimensions)) if newer else known)
    return found


def _statistics(held: Sequence[Held], terms: Sequence[str]) -> Statistics:
    items = sum(one.items for one in held)
    frequencies = {term: sum(one.frequency(term) for one in held) for term in terms}
    return Statistics(
        items=items,
        average_terms=sum(one.terms for one in held) / items if items else 0.0,
        frequencies={term: count for term, count in frequencies.items() if count},
    )


def _by_words(
    held: Sequence[Held], admitted: "Sequence[NDArray[int64]]", search: Search, found: Statistics
) -> _Way:
    scores = [
        one.worded(search.terms, found, rows) for one, rows in zip(held, admitted, strict=True)
    ]
    met = [score > 0 for score in scores]
    return _best(
        held,
        [rows[one] for rows, one in zip(admitted, met, strict=True)],
        [score[one] for score, one in zip(scores, met, strict=True)],
        search.most,
    )


def _by_vector(
    levels: Sequence[Sequence[Held]], admitted: "Sequence[NDArray[int64]]", search: Search
) -> _Way:
    assert search.vector is not None  # noqa: S101 - by who calls it
    held: list[Held] = []
    rows: list[NDArray[int64]] = []
    for level in levels:
        own = admitted[len(held) : len(held) + len(level)]
        rows += nearest(level, search.vector, search.most, own)
        held += level
    scores = [one.products(search.vector, some) for one, some in zip(held, rows, strict=True)]
    return _best(held, rows, scores, search.most)


def _best(
    held: Sequence[Held],
    rows: "Sequence[NDArray[int64]]",
    scores: "Sequence[NDArray[float32]]",
    most: int,
) -> _Way:
    """Return the best rows over all parts, those of equal score by the keys of their ids."""
    import numpy as np

    parts = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    every, score = np.concatenate([np.zeros(0, np.int64), *rows]), np.concatenate([[], *scores])
    if len(score) > most:
        kept = score >= np.partition(score, -most)[-most]
        parts, every, score = parts[kept], every[kept], score[kept]
    keys = np.zeros(len(every), np.uint64)
    for part, one in enumerate(held):
        keys[parts == part] = one.columns["id"][every[parts == part]]
    order = np.lexsort((keys, -score))[:most]
    return _Way(parts=parts[order], rows=every[order])


def _spots(held: Sequence[Held], ways: Sequence[_Way]) -> "NDArray[uint64]":
    """Return the keys of the places beside the best."""
    import numpy as np

    threads, places = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for way in ways:
        for part, one in enumerate(held):
            best = one.rows[way.rows[:_BEST][way.parts[:_BEST] == part]]
            threads += [best["thread"]] * len(STEPS)
            places += [best["place"] + step for step in STEPS]
    return np.unique(spots_of(np.concatenate(threads), np.concatenate(places)))


def _items(
    held: Held,
    chosen: "Sequence[NDArray[int64]]",
    spots: "NDArray[uint64]",
    admitted: "NDArray[int64]",
) -> list[MemoryItem]:
    import numpy as np

    rows = np.unique(np.concatenate([*chosen, held.beside(spots, admitted)]))
    return held.items_of(rows)

"""Owns choosing over the levels asked for: candidates by words and by vector, and what is beside.

The best of all levels together are kept of each way, with the neighbours of the very best: a weak
candidate that its neighbour lifts has a strong one, which is among the best itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aios_defs.core.memory_index import STEPS, Found, MemoryItem, Search
from aios_defs.core.recall.item import Statistics
from resources.memory_index.held import Held
from resources.memory_index.postings import key_of, spots_of

if TYPE_CHECKING:
    from numpy import float32, int64, intp, uint64
    from numpy.typing import NDArray

_BEST = 16
"""Of how many candidates of each way the neighbours come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What one way of choosing found, the best first: rows, each of the level at that place."""

    levels: "NDArray[intp]"
    rows: "NDArray[int64]"


def choose(held: Sequence[Held], search: Search) -> Found:
    """Return the candidates of some levels and what stands beside them, each once."""
    statistics = _statistics(held, search.terms)
    admitted = [one.admitted(search.scope) for one in held]
    ways = [_by_words(held, admitted, search, statistics)]
    if search.vector is not None:
        ways.append(_by_vector(held, admitted, search))
    spots = _spots(held, ways, search)
    items: list[MemoryItem] = []
    for level, one in enumerate(held):
        chosen = [way.rows[way.levels == level] for way in ways]
        items += _items(one, chosen, spots, admitted[level])
    return Found(items=items, statistics=statistics)


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


def _by_vector(held: Sequence[Held], admitted: "Sequence[NDArray[int64]]", search: Search) -> _Way:
    assert search.vector is not None  # noqa: S101 - by who calls it
    rows = [
        one.nearest(search.vector, search.most, some)
        for one, some in zip(held, admitted, strict=True)
    ]
    scores = [one.vectors[some] @ search.vector for one, some in zip(held, rows, strict=True)]
    return _best(held, rows, scores, search.most)


def _best(
    held: Sequence[Held],
    rows: "Sequence[NDArray[int64]]",
    scores: "Sequence[NDArray[float32]]",
    most: int,
) -> _Way:
    """Return the best rows over all levels, those of equal score by the keys of their ids."""
    import numpy as np

    levels = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    every, score = np.concatenate([np.zeros(0, np.int64), *rows]), np.concatenate([[], *scores])
    if len(score) > most:
        kept = score >= np.partition(score, -most)[-most]
        levels, every, score = levels[kept], every[kept], score[kept]
    keys = np.zeros(len(every), np.uint64)
    for level, one in enumerate(held):
        keys[levels == level] = one.columns["id"][every[levels == level]]
    order = np.lexsort((keys, -score))[:most]
    return _Way(levels=levels[order], rows=every[order])


def _spots(held: Sequence[Held], ways: Sequence[_Way], search: Search) -> "NDArray[uint64]":
    """Return the keys of the places beside the best, and of those that are asked for."""
    import numpy as np

    threads = [np.array([key_of(thread) for thread, _ in search.beside], np.uint64)]
    places = [np.array([place for _, place in search.beside], np.int64)]
    for way in ways:
        for level, one in enumerate(held):
            best = one.rows[way.rows[:_BEST][way.levels[:_BEST] == level]]
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

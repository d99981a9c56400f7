"""Owns how well each candidate meets each word of a question, in arrays of words by candidates.

Two measures: how often the word stands in the candidate, and how near the candidate comes to what
the word means in the question. The second is late interaction (Khattab and Zaharia, ColBERT, 2020):
the nearest of the candidate's token vectors. Without token vectors it is whether the word is there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aios_defs.core.recall.analysis import FULL
from aios_defs.core.recall.item import Candidate, Query, Statistics
from aios_defs.core.recall.words import Word, words

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float64, intp
    from numpy.typing import NDArray

    Array = NDArray[float64]
    Places = NDArray[intp]

_K1, _B = 0.9, 0.4
"""BM25's saturation and length correction, the values of Anserini for short passages."""
_SMALL_WEIGHT = 0.2
"""What a small word weighs of its rarity: "who" tells little, and not nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The words of a question, each once: `rarity` is the inverse document frequency of each.

    `places` are where it stands in the question. `rarity` of a small word is 0. `weights` are the
    rarities with small words at a part of theirs; they sum to 1, all 0 without any word.
    """

    terms: tuple[str, ...]
    places: tuple[tuple[tuple[int, int], ...], ...]
    is_small: tuple[bool, ...]
    rarity: "Array"
    weights: "Array"


def asked_of(query: Query, statistics: Statistics, language: str) -> Asked:
    """Return the words of a question with their weights."""
    import numpy as np

    found: dict[str, list[Word]] = {}
    for word in words(query.text, language):
        found.setdefault(word.term, []).append(word)
    rarities = np.array([rarity(term, statistics) for term in found], np.float64)
    is_small = tuple(one[0].is_small for one in found.values())
    weights = np.where(is_small, rarities * _SMALL_WEIGHT, rarities)
    places = tuple(tuple((one.first, one.end) for one in each) for each in found.values())
    return Asked(
        terms=tuple(found),
        places=places,
        is_small=is_small,
        rarity=np.where(is_small, 0.0, rarities),
        weights=weights / (weights.sum() or 1),
    )


def rarity(term: str, statistics: Statistics) -> float:
    """Return the inverse document frequency of a term, 0 or more."""
    known = statistics.frequencies.get(term, 0)
    return math.log(1 + max(0.0, statistics.items - known + 0.5) / (known + 0.5))


def counts_of(asked: Asked, candidates: Sequence[Candidate]) -> "Array":
    """Return how often each word stands in each candidate: (words, candidates)."""
    import numpy as np

    rows = {term: row for row, term in enumerate(asked.terms)}
    found = [
        (rows[term], column)
        for column, one in enumerate(candidates)
        for term in one.terms
        if term in rows
    ]
    counts = np.zeros((len(rows), len(candidates)), np.float64)
    if found:
        np.add.at(counts, tuple(zip(*found, strict=True)), 1.0)
    return counts


def bm25(
    asked: Asked, counts: "Array", candidates: Sequence[Candidate], average_terms: float
) -> "Array":
    """Return BM25 (Robertson and Zaragoza, 2009) of each candidate, 1 the most it can be."""
    import numpy as np

    lengths = np.array([len(one.terms) for one in candidates], np.float64)
    met = counts / (counts + damping(lengths, average_terms))
    return asked.rarity @ met / (asked.rarity.sum() or 1)


def damping(lengths: "Array", average_terms: float) -> "Array":
    """Return what BM25 adds below the line for items of these many terms."""
    return _K1 * (1 - _B + _B * lengths / (average_terms or 1))


def presence(counts: "Array") -> "Array":
    """Return 1 for each word that stands in a candidate: nearness where no vectors are."""
    import numpy as np

    return (counts > 0).astype(np.float64)


def nearness(
    query: Query, asked: Asked, present: "Array", candidates: Sequence[Candidate], chosen: "Places"
) -> "Array":
    """Return how near each candidate comes to each word, at most 1: (words, candidates).

    Vectors of tokens are compared for the chosen candidates, and for words that are not small; what
    is not chosen comes near to none of these. Without vectors, presence stands for nearness.
    """
    import numpy as np

    found = present.copy()
    if query.tokens is None:
        return found
    rows = [
        (row, own)
        for row, (places, is_small) in enumerate(zip(asked.places, asked.is_small, strict=True))
        if not is_small
        and (own := [at for at, span in enumerate(query.spans) if _meets(span, places)])
    ]
    for row, _ in rows:
        found[row, [at for at, one in enumerate(candidates) if one.tokens is not None]] = 0.0
    held = {
        int(at): tokens
        for at in chosen
        if (tokens := candidates[int(at)].tokens) is not None and len(tokens)
    }
    if not held or not rows:
        return found
    wanted = query.tokens[[at for _, own in rows for at in own]]
    tokens = np.concatenate(list(held.values())).astype(np.float32)
    starts = np.cumsum([0, *(len(one) for one in held.values())])[:-1]
    best = np.maximum.reduceat(wanted @ tokens.T, starts, axis=1) / FULL
    bounds = np.cumsum([0, *(len(own) for _, own in rows)])
    for (row, _), first, end in zip(rows, bounds, bounds[1:], strict=False):
        found[row, list(held)] = best[first:end].mean(axis=0)
    return found


def _meets(span: tuple[int, int], places: tuple[tuple[int, int], ...]) -> bool:
    return any(span[0] < end and first < span[1] for first, end in places)

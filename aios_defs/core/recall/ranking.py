"""Owns the ranking of recall: one score per candidate from words, vectors, people, time and place.

Pure: it reads the values of `aios_defs.core.recall.item`, no store. A store chooses candidates by
words and by vectors, some hundreds, adds their neighbours (the positions next to them in their
threads), and hands them over; each of them may come back as a hit.
"""

import math
from collections.abc import Sequence

from aios_defs.core.recall.item import Candidate, Hit, Query, Ranking, Statistics
from aios_defs.core.recall.words import terms

_K1, _B = 1.2, 0.75


def rank(
    query: Query, candidates: Sequence[Candidate], statistics: Statistics, language: str = "en"
) -> Ranking:
    """Return the candidates as hits, best first.

    `statistics` is of all that is searched, not of the candidates. Without vectors, of the query or
    of a candidate, words count alone.
    """
    asked = tuple(dict.fromkeys(terms(query.text, language)))
    hits = [
        Hit(id=one.id, score=score, because={"words": score} if score else {})
        for one in candidates
        for score in (_words(asked, one, statistics),)
    ]
    return Ranking(
        hits=sorted(hits, key=lambda hit: (-hit.score, hit.id)), is_answered=bool(candidates)
    )


def _words(asked: Sequence[str], one: Candidate, statistics: Statistics) -> float:
    """Return BM25 (Robertson and Zaragoza, 2009) of the terms in the candidate."""
    length = _K1 * (1 - _B + _B * len(one.terms) / (statistics.average_terms or 1))
    total = 0.0
    for term in asked:
        if count := list(one.terms).count(term):
            known = statistics.frequencies.get(term, 0)
            rarity = math.log(1 + (statistics.items - known + 0.5) / (known + 0.5))
            total += rarity * count * (_K1 + 1) / (count + length)
    return total

"""Owns the ranking of recall: one score per candidate from words, vectors, people, time and place.

Pure: it reads the values of `aios_defs.core.recall.item`, no store. A store chooses candidates by
words and by vectors, some hundreds, adds their neighbours (the positions next to them in their
threads), and hands them over; each of them may come back as a hit.

The score is a weighted sum. The weights were fitted (softmax over the candidates of a question) on
conversations and rounded; docs/decisions/0014 says how, and what held on conversations left out.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aios_defs.core.recall.item import Candidate, Hit, Query, Ranking, Statistics
from aios_defs.core.recall.matching import Asked, asked_of, bm25, counts_of, nearness
from aios_defs.core.recall.signs import of_the_days, said_by_named, tells_when

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float64, intp
    from numpy.typing import NDArray

    Array = NDArray[float64]
    Places = NDArray[intp]

REASONS = {
    "words": 0.5,  # the words themselves (BM25)
    "meaning": 3.0,  # the text's vector
    "each word": 3.5,  # how near it comes to each word of the question
    "with the one before": 5.5,  # the same, for it and what was said right before
    "with both beside": 4.5,  # the same, for it and what was said right before and after
    "thread": 7.0,  # the same, for its whole thread
    "words of the thread": 6.0,  # the best BM25 in its thread
    "speaker": 0.7,  # the question names who said it
    "days": 6.0,  # said on, or about, the days the question names
    "tells when": 1.5,  # the question asks when, and it names a day
    "answers": 2.0,  # it follows a question that is near to this one
    "asks itself": -0.5,  # it is a question: answers are rather found after it
    "says much": 3.0,  # short remarks are rarely an answer
}
"""The parts of a score, each at most 1, and their weights."""
_LONG = 54
"""How many terms say as much as can count."""
_ANSWERED = 0.5
"""How near, of 1, the best must come to the words of a question to be taken for an answer."""


def rank(
    query: Query, candidates: Sequence[Candidate], statistics: Statistics, language: str = "en"
) -> Ranking:
    """Return the candidates as hits, best first.

    `statistics` is of all that is searched, not of the candidates, for the terms of the query at
    least. Without vectors, of the query or of a candidate, words count alone.
    """
    import numpy as np

    if not candidates:
        return Ranking()
    asked = asked_of(query, statistics, language)
    parts = _parts(query, asked, candidates, statistics)
    table = np.stack([weight * parts[name] for name, weight in REASONS.items()], axis=1)
    totals = table.sum(axis=1)
    order = sorted(range(len(candidates)), key=lambda at: (-totals[at], candidates[at].id))
    return Ranking(
        hits=[_hit(candidates[at].id, float(totals[at]), table[at].tolist()) for at in order],
        is_answered=bool(parts["with both beside"][order[0]] >= _ANSWERED),
    )


def _hit(name: str, score: float, parts: list[float]) -> Hit:
    added = sorted(zip(parts, REASONS, strict=True), key=lambda one: (-one[0], one[1]))
    return Hit(id=name, score=score, because={name: part for part, name in added if part})


def _parts(
    query: Query, asked: Asked, candidates: Sequence[Candidate], statistics: Statistics
) -> "dict[str, Array]":
    import numpy as np

    counts = counts_of(asked, candidates)
    own_words = bm25(asked, counts, candidates, statistics.average_terms)
    near = nearness(query, asked, counts, candidates)
    before, after = _beside(candidates, -1), _beside(candidates, 1)
    near_before, near_after = _shifted(near, before), _shifted(near, after)
    with_before = np.maximum(near, near_before)
    threads = _threads(candidates)
    asks = np.array([one.is_question for one in candidates], np.float64)
    said = np.array([len(one.terms) for one in candidates], np.float64)
    return {
        "words": own_words,
        "meaning": _meaning(query, candidates),
        "each word": asked.weights @ near,
        "with the one before": asked.weights @ with_before,
        "with both beside": asked.weights @ np.maximum(with_before, near_after),
        "thread": asked.weights @ _best_of_thread(near, threads),
        "words of the thread": _best_of_thread(own_words[None], threads)[0],
        "speaker": np.array(said_by_named(query, candidates)),
        "days": np.array(of_the_days(query, candidates)),
        "tells when": np.array(tells_when(query, candidates)),
        "answers": asked.weights @ near_before * _shifted(asks[None], before)[0],
        "asks itself": asks,
        "says much": np.minimum(1.0, np.log1p(said) / np.log1p(_LONG)),
    }


def _meaning(query: Query, candidates: Sequence[Candidate]) -> "Array":
    import numpy as np

    found = np.zeros(len(candidates), np.float64)
    held = [at for at, one in enumerate(candidates) if one.vector is not None]
    if query.vector is not None and held:
        vectors = np.stack([one for at in held if (one := candidates[at].vector) is not None])
        found[held] = vectors @ query.vector
    return found


def _beside(candidates: Sequence[Candidate], step: int) -> "Places":
    """Return for each candidate the place of its neighbour among them, -1 without one."""
    import numpy as np

    known = {(one.thread, one.position): at for at, one in enumerate(candidates)}
    return np.array([known.get((one.thread, one.position + step), -1) for one in candidates])


def _shifted(rows: "Array", places: "Places") -> "Array":
    """Return what the neighbours have, 0 where there is none."""
    import numpy as np

    return np.where(places >= 0, rows[:, places], 0.0)


def _threads(candidates: Sequence[Candidate]) -> "Places":
    """Return the number of each candidate's thread."""
    import numpy as np

    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(one.thread, len(numbers)) for one in candidates])


def _best_of_thread(rows: "Array", threads: "Places") -> "Array":
    """Return for each candidate the largest of its thread, row by row."""
    import numpy as np

    order = np.argsort(threads, kind="stable")
    starts = np.flatnonzero(np.diff(threads[order], prepend=-1))
    return np.maximum.reduceat(rows[:, order], starts, axis=1)[:, threads]

"""Owns the ranking of recall: one score per candidate from words, vectors, people, time and place.

Pure: it reads the values of `aios_defs.core.recall.item`, no store. A store chooses candidates by
words and by vectors, some hundreds, adds their neighbours (the positions next to them in their
threads), and hands them over; each of them may come back as a hit.

The score is a weighted sum (`aios_defs.core.recall.reasons`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aios_defs.core.recall.item import Candidate, Hit, Query, Ranking, Statistics
from aios_defs.core.recall.matching import Asked, asked_of, bm25, counts_of, nearness, presence
from aios_defs.core.recall.reasons import REASONS
from aios_defs.core.recall.signs import of_the_days, said_by_named, tells_when

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float64, intp
    from numpy.typing import NDArray

    Array = NDArray[float64]
    Places = NDArray[intp]

_LONG = 54
"""How many terms say as much as can count."""
_CLOSER = 64
"""Of how many candidates, beside their neighbours, the tokens are looked at."""
_ANSWERED = 17.0
"""What the best must reach to be taken for an answer, the days asked for not counted."""
_DAYS = tuple(REASONS).index("days")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """Where each candidate stands: its neighbours' places, -1 without one, and its thread."""

    before: "Places"
    after: "Places"
    threads: "Places"

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> "_Around":
        """Find them by thread and position."""
        import numpy as np

        known = {(one.thread, one.position): at for at, one in enumerate(candidates)}
        numbers: dict[str, int] = {}
        return cls(
            before=np.array([known.get((one.thread, one.position - 1), -1) for one in candidates]),
            after=np.array([known.get((one.thread, one.position + 1), -1) for one in candidates]),
            threads=np.array([numbers.setdefault(one.thread, len(numbers)) for one in candidates]),
        )


def rank(
    query: Query,
    candidates: Sequence[Candidate],
    statistics: Statistics,
    language: str = "en",
) -> Ranking:
    """Return the candidates as hits, best first.

    `statistics` is of all that is searched, not of the candidates, for the terms of the query at
    least. Without vectors, of the query or of a candidate, words count alone. Vectors of tokens are
    compared for the best by all else and what is next to them.
    """
    if not candidates:
        return Ranking()
    asked = asked_of(query, statistics, language)
    counts = counts_of(asked, candidates)
    around = _Around.of(candidates)
    alone = _alone(query, bm25(asked, counts, candidates, statistics.average_terms), candidates)
    present = presence(counts)
    chosen = _best(_table(alone | _near(asked, present, alone, around)), around)
    near = nearness(query, asked, present, candidates, chosen)
    parts = alone | _near(asked, near, alone, around)
    table = _table(parts)
    hits = [
        Hit(id=one.id, score=score, parts=tuple(parts))
        for one, score, parts in zip(
            candidates, table.sum(axis=1).tolist(), table.tolist(), strict=True
        )
    ]
    hits.sort(key=lambda one: (-one.score, one.id))
    return Ranking(hits=hits, is_answered=hits[0].score - hits[0].parts[_DAYS] >= _ANSWERED)


def _table(parts: "dict[str, Array]") -> "Array":
    """Return what each part adds to each candidate: (candidates, parts)."""
    import numpy as np

    return np.stack([weight * parts[name] for name, weight in REASONS.items()], axis=1)


def _best(table: "Array", around: "_Around") -> "Places":
    """Return the candidates whose tokens are looked at: the best so far, and what is beside."""
    import numpy as np

    best = np.argsort(-table.sum(axis=1), kind="stable")[:_CLOSER]
    near = np.concatenate([best, around.before[best], around.after[best]])
    return np.unique(near[near >= 0])


def _alone(query: Query, own: "Array", candidates: Sequence[Candidate]) -> "dict[str, Array]":
    """Return the parts that need no more than the candidate itself; `own` is its BM25."""
    import numpy as np

    said = np.array([len(one.terms) for one in candidates], np.float64)
    return {
        "words": own,
        "meaning": _meaning(query, candidates),
        "speaker": np.array(said_by_named(query, candidates)),
        "days": np.array(of_the_days(query, candidates)),
        "tells when": np.array(tells_when(query, candidates)),
        "asks itself": np.array([one.is_question for one in candidates], np.float64),
        "says much": np.minimum(1.0, np.log1p(said) / np.log1p(_LONG)),
    }


def _near(
    asked: Asked, near: "Array", alone: "dict[str, Array]", around: "_Around"
) -> "dict[str, Array]":
    """Return the parts made of how near the words come, here and around."""
    import numpy as np

    near_before, near_after = _shifted(near, around.before), _shifted(near, around.after)
    with_before = np.maximum(near, near_before)
    follows = _shifted(alone["asks itself"][None], around.before)[0]
    return {
        "each word": asked.weights @ near,
        "with the one before": asked.weights @ with_before,
        "with both beside": asked.weights @ np.maximum(with_before, near_after),
        "thread": asked.weights @ _best_of_thread(near, around.threads),
        "words of the thread": _best_of_thread(alone["words"][None], around.threads)[0],
        "answers": (asked.weights @ near_before) * follows,
    }


def _meaning(query: Query, candidates: Sequence[Candidate]) -> "Array":
    import numpy as np

    found = np.zeros(len(candidates), np.float64)
    held = [at for at, one in enumerate(candidates) if one.vector is not None]
    if query.vector is not None and held:
        vectors = np.stack([one for at in held if (one := candidates[at].vector) is not None])
        found[held] = vectors @ query.vector
    return found


def _shifted(rows: "Array", places: "Places") -> "Array":
    """Return what the neighbours have, 0 where there is none."""
    import numpy as np

    return np.where(places >= 0, rows[:, places], 0.0)


def _best_of_thread(rows: "Array", threads: "Places") -> "Array":
    """Return for each candidate the largest of its thread, row by row."""
    import numpy as np

    order = np.argsort(threads, kind="stable")
    starts = np.flatnonzero(np.diff(threads[order], prepend=-1))
    return np.maximum.reduceat(rows[:, order], starts, axis=1)[:, threads]

"""Owns what speaks for a candidate beside its words: who said it, when, whether it tells a day."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from aios_defs.core.recall.calendar import overlap
from aios_defs.core.recall.dates import mentions
from aios_defs.core.recall.item import Candidate, Days, Query
from aios_defs.core.recall.words import pieces

_ASKS_WHEN = re.compile(
    r"\b(?:when|how long|(?:what|which) (?:date|day|month|year|time)|wann|seit wann|quand"
    r"|cuándo|quando|wanneer|när|hvornår)\b"
)
_FADE_DAYS = 5
"""After how many days beside the days asked for what was said then counts for a third (1/e)."""
_LEAST_NAME = 2


def said_by_named(query: Query, candidates: Sequence[Candidate]) -> list[float]:
    """Return 1 for what was said by somebody whom the question names, or who is asked about."""
    named = {one.removesuffix("'s") for one in pieces(query.text)}
    named.update(_names(" ".join(query.people)))
    return [float(not named.isdisjoint(_names(one.speaker))) for one in candidates]


@lru_cache(maxsize=10_000)
def _names(text: str) -> frozenset[str]:
    return frozenset(one for one in pieces(text) if len(one) >= _LEAST_NAME)


def tells_when(query: Query, candidates: Sequence[Candidate]) -> list[float]:
    """Return 1 for what names a day, when the question asks for one."""
    is_asked = _ASKS_WHEN.search(query.text.casefold()) is not None
    return [float(is_asked and bool(one.mentions)) for one in candidates]


def of_the_days(query: Query, candidates: Sequence[Candidate]) -> list[float]:
    """Return how well each candidate fits the days the question names; 0 when it names none.

    1 is said on one of them, or about them; what was said some days beside counts less.
    """
    asked = mentions(query.text, query.as_of, is_question=True)
    if not asked:
        return [0.0] * len(candidates)
    return [
        max(
            max((_beside(one.at.date(), days) for days in asked), default=0.0),
            _about(one.mentions, asked),
        )
        for one in candidates
    ]


def _beside(said: date, days: Days) -> float:
    gap = max((days.first - said).days, (said - days.last).days, 0)
    return math.exp(-gap / _FADE_DAYS)


def _about(spoken: Iterable[Days], asked: Iterable[Days]) -> float:
    """Return how exactly the text speaks of the days: a year fits one of its days hardly."""
    fits = [_length(days) / _length(one) for one in spoken for days in asked if overlap(one, days)]
    return min(1.0, max(fits, default=0.0))


def _length(days: Days) -> int:
    return (days.last - days.first).days + 1

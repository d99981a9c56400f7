"""Owns the values of recall: what a store hands to the ranking, and what it gets back.

The ranking reads nothing but these, so that every store that hands over the same candidates gets
the same result. What costs time per item (`terms`, `mentions`, vectors) is made once, when the item
is stored (`aios_defs.core.recall.analysis`), and kept beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from aios_defs.core.embedding import Spans
from aios_defs.core.recall.reasons import REASONS

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float32, int8
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Days:
    """A stretch of days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One item that may answer: a turn, a mail, a fact.

    `thread` is what it was said in, `position` its place there, counted without gaps: candidates
    of one thread at positions one apart are neighbours. An item without a thread has one of its
    own. `speaker` is the name of who said it, empty when nobody did. `at` is when it was said.
    `terms` and `mentions` are those of `analyse`, `is_question` is `asks`. `vector` is that of
    `embedded_text`, by the embedder of the query, and `tokens` is `kept_tokens` of it; None
    without one.
    """

    id: str
    thread: str
    position: int
    speaker: str
    at: datetime
    terms: Sequence[str]
    mentions: Sequence[Days] = ()
    is_question: bool = False
    vector: "NDArray[float32] | None" = None
    tokens: "NDArray[int8] | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What the whole of what is searched says about its words.

    `items` counts what is searched and `average_terms` is the mean length of their `terms`.
    `frequencies` says in how many items each term stands; it needs the terms of the query only, and
    one that is missing stands in none.
    """

    items: int
    average_terms: float
    frequencies: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked.

    `as_of` is the moment it is asked: "last spring" counts from there. `people` are names the
    asker knows it to be about, beside those found in the text. `vector`, `tokens` and `spans` are
    those of the text, role query.
    """

    text: str
    as_of: datetime
    people: Sequence[str] = ()
    vector: "NDArray[float32] | None" = None
    tokens: "NDArray[float32] | None" = None
    spans: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One candidate with its score, and why it has it.

    `score` depends on no other candidate but those of its own thread. `parts` are what each of
    `REASONS` added to it, in their order.
    """

    id: str
    score: float
    parts: tuple[float, ...]

    @property
    def because(self) -> Mapping[str, float]:
        """What added to the score, by name, the largest first."""
        added = sorted(zip(self.parts, REASONS, strict=True), key=lambda one: (-one[0], one[1]))
        return {name: part for part, name in added if part}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The candidates, best first; those of equal score by id.

    `is_answered` is False when even the best is too weak to be taken for an answer: say that
    nothing is known, and show the hits as what comes nearest.
    """

    hits: Sequence[Hit] = field(default_factory=tuple)
    is_answered: bool = False

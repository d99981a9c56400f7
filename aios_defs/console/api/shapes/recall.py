"""Owns the shape of an answer of memory; what a hit says may have come from outside."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.activity import Named
from aios_defs.console.api.shapes.shape import Moment, Shape


class Reason(Shape):
    """What a part of the ranking added to a score."""

    part: str
    adds: float


class RecalledItem(Shape):
    """One thing that was recalled; it is recalled, not said: nothing new is learnt from it."""

    id: str
    kind: Annotated[str, Field(description="turn, fact or summary")]
    kind_words: Annotated[str, Field(description="What it is, for people.")]
    text: str
    is_cut: bool
    speaker: str
    direction: str
    at: Moment
    subject: Annotated[Named | None, Field(description="Whom it is about; None for the house.")]
    thread: str
    source: Annotated[str, Field(description="The event that made it known.")]
    link: Annotated[str, Field(description="The page that shows the whole.")]
    made_by: Annotated[
        str | None, Field(description="Of a summary: `extractive`, or the name of a model.")
    ]
    originals: Annotated[list[str], Field(description="The pages of what a summary sums up.")]
    level: str
    trust: str
    audience: list[str]
    valid_from: Moment | None
    valid_to: Moment | None
    review_due: Annotated[
        Moment | None, Field(description="Since when a fact should have been looked at again.")
    ]
    score: float
    why: Annotated[list[Reason], Field(description="What added to the score, the largest first.")]


class RecallTrouble(Shape):
    """What keeps a question from being embedded, and what to do about it."""

    code: str
    message: str
    remedy: str


class Answer(Shape):
    """What memory holds on a question, the best first; the same for the same `position`."""

    hits: list[RecalledItem]
    is_answered: Annotated[bool, Field(description="False: even the best is too weak.")]
    position: Annotated[int, Field(description="How far the ledger was known.")]
    left_out: Annotated[int, Field(description="Newer events that were not searched.")]
    by_words_alone: Annotated[bool, Field(description="No vectors were compared.")]
    trouble: Annotated[
        RecallTrouble | None, Field(description="Why nothing could make vectors now, if so.")
    ]

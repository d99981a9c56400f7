"""Owns what the acts on cards take."""

import inspect
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from aios_defs.console.api.shapes.shape import Body, Plain
from aios_defs.services.batch_answers import MOST
from aios_defs.services.strange import DISTRUST, TRUST


class Approve(Body):
    """Approve exactly the content that was shown (a fact needs no hash)."""

    content_hash: Annotated[str, Field(description="Of the preview that was shown.")] = ""


class Edit(Body):
    """Replace arguments, each as `field.<name>`, and approve what comes of it."""

    model_config = ConfigDict(extra="allow")
    content_hash: Annotated[str, Field(description="Of the preview that was shown.")]


class Reject(Body):
    """Reject, with a reason for the record, which is sealed."""

    reason: str = ""


class Resolve(Body):
    """Say what was found outside."""

    word: Literal["sent", "not_sent", "cancel"]


class Answer(Body):
    """Answer a question; `level` is who may read what is remembered, as the card shows it."""

    answer: str
    level: Annotated[
        Literal["", "none", "local", "shareable", "public"],
        Field(description="`none`: do not remember it. Empty: as `remembers.level` of the card."),
    ] = ""
    forget: Annotated[str, Field(description="Any text: do not remember it as a fact.")] = ""


class Later(Body):
    """Set aside for a while."""

    until: Annotated[
        str,
        Field(description="`hour`, `evening`, `tomorrow`, `monday`, or a date and time."),
    ]


class Trust(Body):
    """Let the connector write for so many days."""

    days: Annotated[int, Field(ge=1, le=90)] = 7


class OfSink(Body):
    """Trust exactly one of the card's `strange` sinks, or take that back."""

    sink: Annotated[str, Field(description="The `id` of the sink.")]


class Batch(Body):
    """Answer several decisions, each by its own hash."""

    answer: Literal["approve", "reject", "undo"]
    item: Annotated[
        list[str],
        Field(
            min_length=1,
            max_length=MOST,
            description="Each is the `item` of a card as it was listed.",
        ),
    ]
    reason: str = ""


BODIES: dict[str, type[BaseModel]] = {
    "approve": Approve,
    "edit": Edit,
    "reject": Reject,
    "resolve": Resolve,
    "answer": Answer,
    "later": Later,
    "trust": Trust,
    TRUST: OfSink,
    DISTRUST: OfSink,
}
"""What an act takes; any other is `Plain`."""


WORDS: dict[str, str] = {
    TRUST: "Trust exactly one sink of this card: an address, account, link or source.",
    DISTRUST: "Take back the trust of one sink of this card.",
    "undo": "Take an approval back while its window is open.",
    "retry": "Try what failed again.",
    "skip": "Pass a question, a failure or a notice over.",
    "release": "Read a message of quarantine again, and take it in if it can be understood now.",
    "replay": "Decide again from the record and compare; nothing changes.",
    "back": "Show what was set aside again.",
}
"""What the plain acts do."""


def body_of(act: str) -> type[BaseModel]:
    """Return what an act takes."""
    return BODIES.get(act, Plain)


def words_of(act: str) -> str:
    """Return in words what an act does."""
    return WORDS.get(act) or inspect.getdoc(body_of(act)) or ""

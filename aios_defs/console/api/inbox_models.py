"""Owns the shapes of the inbox over HTTP, so that the schema says what comes and what is taken.

A model names what is promised; services may add to it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aios_defs.services.batch_answers import MOST

Kind = Literal["decision", "failure", "question", "quarantine", "fact", "notice"]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Card(_Open):
    """A card in the list, as `aios inbox --json` has it."""

    id: str
    kind: Kind
    summary: str
    workflow: str | None
    operation: str | None
    recipients: list[str] | None
    rule: str | None
    risk: int | None
    content_hash: str | None
    expires_at: str | None
    state: str | None
    remedy: str | None


class Section(_Open):
    """Alike cards: how many there are in all, those of this page, and where the next page begins.

    `next` is the `after` of its next page, None at its end; `key` is its `group`.
    """

    key: str
    kind: Kind
    title: str
    count: int
    risk: int | None
    cards: list[Card]
    next: str | None


class Inbox(_Open):
    """What waits, by urgency and kind.

    `unread` counts the cards that a search has not come to yet: ask again.
    """

    total: int
    counts: dict[str, int]
    aside: int
    unread: int
    workflows: list[str]
    sections: list[Section]
    nonces: dict[str, str]


class Act(_Open):
    """An act that the card offers, and the command that does the same (empty: none does)."""

    label: str
    command: str
    about: str


class Detail(_Open):
    """One card in full; `nonces` holds one for each of its acts, to be sent with it once."""

    id: str
    kind: Kind
    state: str
    title: str
    is_waiting: bool
    later_until: str | None
    acts: dict[str, Act]
    nonces: dict[str, str]


class Moved(_Open):
    """What a card is now; an edit makes another one, whose id this is."""

    id: str
    state: str


class Answered(_Open):
    """What became of each decision of a batch."""

    answer: str
    done: int
    failed: int
    results: list[dict[str, Any]]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")
    nonce: str


class Approve(_Sent):
    """Approve exactly the content of this hash (not needed for a fact)."""

    content_hash: str | None = None


class Edit(_Open):
    """Replace arguments, each as `field.<name>`, and approve what comes of it."""

    nonce: str
    content_hash: str


class Reject(_Sent):
    """Reject, with a reason for the record, which is sealed."""

    reason: str = ""


class Resolve(_Sent):
    """Say what was found outside."""

    word: Literal["sent", "not_sent", "cancel"]


class Answer(_Sent):
    """Answer a question; `forget` (any text) does not remember it as a fact."""

    answer: str
    forget: str = ""


class Later(_Sent):
    """Set aside until `hour`, `evening`, `tomorrow`, `monday`, or a date and time."""

    until: str


class Trust(_Sent):
    """Let the connector write for so many days."""

    days: str = "7"


class Plain(_Sent):
    """An act that needs nothing beside its nonce."""


class Batch(_Sent):
    """Answer several decisions; each item is `<id>:<content hash as it was shown>`."""

    answer: Literal["approve", "reject", "undo"]
    item: Annotated[list[str], Field(min_length=1, max_length=MOST)]
    reason: str = ""


BODIES: dict[str, type[BaseModel]] = {
    "approve": Approve,
    "edit": Edit,
    "reject": Reject,
    "resolve": Resolve,
    "answer": Answer,
    "later": Later,
    "trust": Trust,
}
"""What an act takes; any other is plain."""

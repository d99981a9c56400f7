"""Owns the shapes of the list of the inbox, and of what becomes of a card by an act."""

from typing import Annotated, Literal

from pydantic import Field

from aios_defs.console.api.shapes.shape import Hash, Moment, Nonce, Shape

Kind = Literal["decision", "failure", "question", "quarantine", "fact", "duplicate", "notice"]


class KnownFact(Shape):
    """A fact that may answer a question, or that another would take the place of."""

    fact_id: str
    topic: str | None
    predicate: str
    value: str


class Remembers(Shape):
    """The fact of the house that an answer would become, and who may read it, by level.

    `level` is the one that holds when none is said; `none`: the answer is not remembered.
    """

    topic: str | None
    predicate: str
    level: Literal["none", "local", "shareable", "public"]
    readers: dict[str, str]
    replaces: KnownFact | None


class Card(Shape):
    """A card in the list, as `aios inbox --json` has it, and its `item`."""

    id: str
    kind: Kind
    summary: str
    workflow: str | None
    operation: str | None
    recipients: list[str] | None
    rule: str | None
    risk: int | None
    content_hash: Hash | None
    expires_at: Moment | None
    state: str | None
    remedy: str | None
    remembers: Annotated[
        Remembers | None, Field(description="Of a question: what an answer would teach.")
    ]
    item: Annotated[str | None, Field(description="What a batch takes of a decision.")]


class Group(Shape):
    """Alike cards by the `key` that `group` takes, and how many there are in all."""

    key: str
    title: str
    count: int


class Section(Group):
    """Alike cards with those of this page; the first of several may be what expires soon."""

    kind: Kind
    workflow: str | None
    operation: str | None
    rule: str | None
    risk: int | None
    cards: list[Card]
    next: Annotated[str | None, Field(description="The `after` of its next page; None at its end.")]


class Asked(Shape):
    """What part was asked for."""

    q: str
    kind: str
    workflow: str
    group: str
    after: str


class ListNonces(Shape):
    """The nonce to answer several decisions at once."""

    batch: Nonce


class Inbox(Shape):
    """What waits, by urgency and kind."""

    total: int
    counts: Annotated[dict[str, int], Field(description="How many there are of each kind.")]
    aside: Annotated[int, Field(description="How many are set aside (the kind `later`).")]
    unread: Annotated[
        int, Field(description="Cards that a search has not come to yet: ask again when not 0.")
    ]
    workflows: list[str]
    asked: Asked
    sections: list[Section]
    others: Annotated[list[Group], Field(description="Groups that did not fit.")]
    nonces: ListNonces


class Replayed(Shape):
    """What a replay of the decision found."""

    id: str
    outcome: str
    first_difference: str | None


class Moved(Shape):
    """What a card is now; an edit makes another one, whose id this is.

    Beside them stands what the act did: `due_at` when something was scheduled, `until` when it was
    set aside, what became of a message that was released, how a replay went.
    """

    id: str
    state: str
    due_at: Moment | None = None
    until: Moment | None = None
    task_id: str | None = None
    message_id: str | None = None
    outcome: str | None = None
    replay: Replayed | None = None
    connector: str | None = None
    trusted_until: Moment | None = None


class Item(Shape):
    """What became of one decision; `error` is a code of docs/reference/errors.md."""

    id: str
    state: str | None
    error: str | None = None
    message: str | None = None
    remedy: str | None = None


class Answered(Shape):
    """What became of each decision of a batch."""

    answer: str
    done: int
    failed: int
    results: list[Item]

"""Owns the shapes of messages, people and facts; what a message holds came from outside."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.activity import Named
from aios_defs.console.api.shapes.facts import SourcedFact
from aios_defs.console.api.shapes.shape import Moment, Shape


class Attachment(Shape):
    """An attachment; `is_active` files run or script when they are opened."""

    n: Annotated[int, Field(description="Counts from 1, for /messages/{id}/attachments/{n}.")]
    name: str
    saved_as: str
    content_type: str
    bytes: int
    is_active: bool


class MessageContent(Shape):
    """What came from outside; `is_cut` when `text` is only the beginning of all `letters`."""

    sender: Annotated[str, Field(alias="from")]
    name: str
    reply_to: list[str]
    to: list[str]
    cc: list[str]
    subject: str
    date: Moment | None
    message_id: str | None
    automatic: str | None
    is_html: bool
    defects: list[str]
    text: str
    letters: int
    is_cut: bool
    attachments: list[Attachment]


class Sender(Shape):
    """Who wrote it, and on what grounds that is a person of ours."""

    id: str
    name: str
    stage: str
    is_endorsed: bool
    bases: list[str]


class Interaction(Shape):
    """What else was said in the thread."""

    direction: str
    at: Moment
    message_id: str | None
    action_id: str | None


class Message(Shape):
    """A message; `content` is None when it was erased or can't be read, and `why_not` says why."""

    id: str
    state: str
    reason: str | None
    remedy: str | None
    connector: str
    folder: str
    at: Moment
    bytes: int
    authenticated: Annotated[str, Field(description="pass, fail or none")]
    signs: list[str]
    level: str | None
    lookalike: Annotated[
        str | None, Field(description="whom the sender would be taken for, in words")
    ]
    task_id: str | None
    workflow: str | None
    person: Sender | None
    thread: list[Interaction]
    content: MessageContent | None
    why_not: str | None


class Contact(Shape):
    """The last time that something was said."""

    at: Moment
    direction: str


class PersonLine(Shape):
    """A person in the list."""

    id: str
    name: str
    addresses: list[str]
    stage: str
    kind: str
    is_endorsed: bool
    last_contact: Contact | None


class People(Shape):
    """A page of people, the latest contact first."""

    people: list[PersonLine]
    total: int
    stages: dict[str, int]
    more: Annotated[int | None, Field(description="The `skip` of the next page.")]
    skip: int


class Identity(Shape):
    """An address, phone number or handle of a person, and how we know that it is theirs."""

    kind: str
    value: str
    basis: str
    words: str
    is_participant: bool


class Merge(Shape):
    """A profile that is one with another, into which it was merged, when and why."""

    id: str
    name: str
    into: str
    at: Moment
    evidence: str


class Turn(Interaction):
    """What was said; `text` is the subject or the summary."""

    task_id: str | None
    text: str | None
    state: str | None


class Thread(Shape):
    """A thread with its turns, the latest first."""

    id: str
    turns: list[Turn]


class OpenTask(Shape):
    """A task that is not over."""

    id: str
    workflow: str
    state: str
    deadline: Moment
    text: str | None


class Commitment(Shape):
    """What we promised somebody: the sentence, by when, and what became of it."""

    id: str
    text: str
    to: Named
    due: Moment | None
    due_day: Annotated[str | None, Field(description="In the operator's time zone.")]
    is_overdue: bool
    state: Annotated[str, Field(description="open, kept, broken or replaced")]
    reason: str | None
    made_at: Moment
    basis: Annotated[str, Field(description="read in what was sent, or stated by the agent")]
    action_id: str
    thread_id: str
    event: str
    ended_by: str | None
    position: int
    version: Annotated[int, Field(description="1 as it was made, 2 once it ended.")]


class Decided(Shape):
    """What was decided about a person: decisions by outcome, actions by state, tasks counted."""

    decisions: dict[str, int]
    actions: dict[str, int]
    tasks: int


class Person(Shape):
    """One person: identities, what was said, what is open, what is known."""

    id: str
    name: str
    kind: str
    stage: str
    status: Annotated[str | None, Field(description="Of a project.")]
    company: Named | None
    language: str | None
    is_endorsed: bool
    origin: str
    merges: Annotated[list[Merge], Field(description="Profiles that are one with this one.")]
    known_since: Moment | None
    identities: list[Identity]
    threads: list[Thread]
    older: Annotated[int | None, Field(description="The `before` of earlier turns.")]
    tasks: list[OpenTask]
    facts: list[SourcedFact]
    commitments: Annotated[list[Commitment], Field(description="What we promised, open first.")]
    decided: Decided
    cost_minor: Annotated[int | None, Field(description="Of models; None when unknown.")]
    erased_by: Annotated[str | None, Field(description="The event by which it was forgotten.")]

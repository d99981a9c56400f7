"""Owns the shapes of the timeline and of a story."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.shape import Link, Moment, Shape


class Actor(Shape):
    """Who did it."""

    kind: Annotated[str, Field(description="operator, agent or system")]
    name: str


class Named(Shape):
    """A person by id and name; the name may have come from outside."""

    id: str
    name: str


class Event(Shape):
    """An event in words; `quote` came from outside."""

    id: str
    position: int
    at: Moment
    type: str
    actor: Actor
    text: str
    quote: str | None
    about: Link | None
    task_id: str | None
    workflow: str | None
    person: Named | None
    run_id: str | None
    is_routine: bool


class Entry(Event):
    """An event of the timeline, with the routine of the same task folded into it."""

    folded: list[Event]


class Filters(Shape):
    """By what the timeline can be narrowed: the values that `group`, `actor`, `workflow` take."""

    groups: list[str]
    actors: list[str]
    workflows: list[str]


class Activity(Shape):
    """A page of everything that happened, newest first."""

    entries: list[Entry]
    older: Annotated[int | None, Field(description="The `before` of the next page.")]
    looked_to: Annotated[int, Field(description="The position down to which was looked.")]
    head: Annotated[int, Field(description="The last position of the ledger.")]
    filters: Filters


class Step(Shape):
    """A step of a story; `after` names the steps that it follows from."""

    id: str
    kind: str
    title: str
    quote: str | None
    state: str
    tone: Annotated[str, Field(description="plain, waiting, done, failed or gone")]
    at: Moment
    actor: str
    position: int
    link: Link
    branch: str
    after: list[str]
    replaced_by: str | None
    run_id: str | None


class ExplainedRule(Shape):
    """A rule in words; `text`, `file` and `line` are None when it is built in.

    `why` is the operator's own sentence, if the rule has one.
    """

    id: str
    why: str | None
    text: str | None
    file: str | None
    line: int | None
    says: str
    loosen: str


class Why(Shape):
    """Why an action was asked about, let go or denied; `besides` is what the rules do not say."""

    action_id: str
    operation: str
    operation_title: str
    besides: list[str]
    effect: str
    state: str
    reasons: list[str]
    rules: list[ExplainedRule]


class Story(Shape):
    """The story of an id: its steps, its events in words, its runs, and why it was asked."""

    id: str
    kind: str
    task_id: str | None
    workflow: str | None
    steps: list[Step]
    events: list[Event]
    runs: list[str]
    why: list[Why]

"""Owns what an agent gets and what it answers: context pack, decision, proposals.

Agents are stateless: pack in, decision out, same pack same decision. An agent may propose anything;
what it says about trust, recipients or risk is never believed.
"""

from typing import Annotated, Literal, Protocol

from pydantic import Field

from aios_defs.core.labels import Destination, Label
from aios_defs.core.model import Instant, JsonObject, Model


def _is_empty(value: object) -> bool:
    return value == ()


PackKind = Literal[
    "message",
    "fact",
    "profile",
    "template",
    "rules",
    "operator",
    "answer",
    "commitment",
    "task",
    "memory",
]
"""`memory` is what was recalled; `commitment` and `task` are open ones of the same subject."""


class PackItem(Model):
    """One thing an agent was given.

    `name` is unique in its pack (`message:<id>`, `fact:<id>`, `template:<name>`, `rules`, …),
    `source` the event id or business file it came from, `subject` the profile it is about (None:
    the house). `text` is what a person would read; `data` the typed form for code. What is
    `recalled` came from memory, and is no source of a new fact.
    """

    name: str
    kind: PackKind
    source: str
    subject: str | None = None
    label: Label
    text: str = ""
    data: JsonObject = {}
    recalled: bool = False


class LeftOut(Model):
    """What a pack does not hold, by the name it would have had, and why.

    `clearance`: it is stricter than what may go where the agent is; `size`: there was no room;
    `unavailable`: memory could not be asked.
    """

    name: str
    reason: Literal["clearance", "size", "unavailable"]


class ContextPack(Model):
    """All that an agent was given: the checkpoint of replay.

    `now` is the instant the agent may use as time, `ids` the ids it may hand out, in order.
    `left_out` is for the operator: agents elsewhere are not told of it.
    """

    task_id: str
    workflow: str
    agent: str
    now: Instant
    ids: tuple[str, ...] = ()
    items: tuple[PackItem, ...]
    left_out: Annotated[tuple[LeftOut, ...], Field(exclude_if=_is_empty)] = ()

    def of_kind(self, kind: str) -> tuple[PackItem, ...]:
        """Return the items of a kind, in pack order."""
        return tuple(item for item in self.items if item.kind == kind)


class Claim(Model):
    """A statement of fact in a proposed text: the words, and the pack's fact that carries it."""

    text: str
    fact_id: str


class Promised(Model):
    """What a proposed text promises: the sentence in it, and by when (None: it names no day)."""

    text: str
    due: Instant | None = None


class Proposal(Model):
    """A proposed side effect: an operation (`mail.send`) of a connector with typed arguments."""

    connector: str
    operation: str
    arguments: JsonObject
    claims: tuple[Claim, ...] = ()
    commitments: Annotated[tuple[Promised, ...], Field(exclude_if=_is_empty)] = ()


class FactProposal(Model):
    """Something an agent thinks should be remembered.

    `source` names the pack item and `span` the character offsets in its text that say so.
    """

    subject: str
    predicate: str
    value: JsonObject
    source: str
    span: tuple[int, int]
    confidence: float


class Question(Model):
    """What an agent does not know, for the operator: short text, and the fact it could become.

    `predicate` and `topic` name that fact of the house when the answer is worth keeping.
    """

    text: str
    predicate: str | None = None
    topic: str | None = None


class Decision(Model):
    """An agent's answer to a pack.

    `outcome`: `propose` (at least one proposal), `ask` (a question), `no_reply` (nothing to do,
    with the reason in `rationale`), `hand_over` (the operator writes; no proposal). `category` is
    the operator's own category. `rationale` is quoted to the operator as untrusted.
    """

    outcome: Literal["propose", "ask", "no_reply", "hand_over"]
    category: str | None = None
    proposals: tuple[Proposal, ...] = ()
    facts: tuple[FactProposal, ...] = ()
    question: Question | None = None
    rationale: str
    confidence: float


class Agent(Protocol):
    """A role: a stateless worker. `version` changes whenever the same pack may decide otherwise."""

    name: str
    version: str

    @property
    def destination(self) -> Destination | None:
        """Where its pack goes; None while it stays in this process."""
        ...

    def decide(self, pack: ContextPack) -> Decision:
        """Return the decision for a pack; pure: no clock, chance, network or file."""
        ...

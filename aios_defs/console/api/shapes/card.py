"""Owns the shape of one card in full: what it is about, and what can be done with it."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.activity import ExplainedRule
from aios_defs.console.api.shapes.facts import SourcedFact
from aios_defs.console.api.shapes.inbox import Kind, KnownFact, Remembers
from aios_defs.console.api.shapes.shape import Anything, Hash, Moment, Nonce, Shape


class Act(Shape):
    """An act that the card offers, and the command that does the same (empty: none does)."""

    label: str
    command: str
    about: Annotated[str, Field(description="What its nonce is for.")]


class Happened(Shape):
    """What became of an action, by whom; `successor` is the id of what took its place."""

    state: str
    words: str
    by: str
    at: Moment | None
    successor: str | None
    note: str


class Diverged(Shape):
    """What was expected beside what was observed, and who let it go."""

    expected: str
    observed: str
    cause: str
    decided_by: str
    decided_at: Moment | None


class CardMessage(Shape):
    """A message that a card is about; when it was erased nothing of what came from outside."""

    id: str
    at: Moment
    person_id: str | None
    signs: list[str]
    sender: Annotated[str | None, Field(alias="from")]
    name: str | None
    subject: str | None
    text: str | None
    reply_to: list[str] = []
    to: list[str] = []
    cc: list[str] = []
    attachments: list[str] = []
    authenticated: str = ""


class Form(Shape):
    """A content in its form: `mail`, `event`, `entry` or `table`.

    What the form does not know stands in `rest`, as pairs of name and value.
    """

    form: str
    rest: list[list[Anything]]
    to: list[str] = []
    cc: list[str] = []
    bcc: list[str] = []
    subject: Anything = None
    body: Anything = None
    technical: list[list[Anything]] = []
    title: Anything = None
    start: Anything = None
    end: Anything = None
    where: Anything = None
    people: list[str] = []
    columns: list[str] = []
    lines: list[list[Anything]] = []


class Unusual(Shape):
    """A sign that something is unusual, told from rows, never by the agent."""

    sign: str
    level: Annotated[str, Field(description="note or warn")]
    words: str


class ChangedLine(Shape):
    """A line: `-` it was, `+` it is now, a blank it stayed."""

    sign: str
    text: str


class Changed(Shape):
    """An argument that an edit changed."""

    name: str
    lines: list[ChangedLine]


class Edited(Shape):
    """What an edit changed, of which action."""

    of: str
    difference: list[Changed]


class Claim(Shape):
    """A fact that a content states; `text` are the words that state it."""

    fact_id: str
    text: str
    state: str
    topic: str | None
    predicate: str | None
    value: str | None
    shown: str | None
    trust: str | None
    source: str | None
    is_review_due: bool


class Agent(Shape):
    """What the agent said of its decision: untrusted."""

    name: str
    version: str
    category: str | None
    rationale: str | None
    confidence: float | None


class Preview(Shape):
    """Everything about one action that a decision needs.

    `content` holds the exact arguments, None when they were erased; `shape` is the same for people.
    """

    id: str
    kind: Kind
    task_id: str
    state: str
    workflow: str
    intent: str | None
    operation: str
    operation_title: str
    connector: str
    summary: str
    recipients: list[str]
    content: dict[str, Anything] | None
    content_hash: Hash
    cost_minor: int | None
    rule: str | None
    rules: list[str | None]
    reasons: list[str]
    risk: int
    risk_parts: list[str]
    risk_words: str
    besides: Annotated[list[str], Field(description="The reasons that `asking` does not say.")]
    expires_at: Moment | None
    account: str | None
    headline: str
    shape: Form | None
    unusual: list[Unusual]
    edit: Edited | None
    person_id: str | None
    asking: list[ExplainedRule]
    undo: str
    undo_seconds: int | None
    due_at: Moment | None
    claims: list[Claim]
    agent: Agent | None
    author: str
    messages: list[CardMessage]
    error: str | None
    remedy: str | None
    outside_ref: str | None


class Teacher(Shape):
    """What taught a sink: a `message` or `fact` from outside."""

    kind: str
    id: str


class StrangeSink(Shape):
    """What an action would reach that nobody stands behind, or what taught it.

    `id` and `act` are empty for what can't be trusted by itself, such as an amount.
    """

    id: str
    kind: Annotated[str | None, Field(description="address, payee, link or source")]
    value: Annotated[str, Field(description="Of a source the id of the fact or message.")]
    argument: Annotated[str, Field(description="Where it stands; empty inside a text.")]
    words: str
    is_trusted: bool
    taught_by: list[Teacher]
    act: str | None
    about: str | None


class ActionPart(Shape):
    """What a card of an action has: a decision, or a failure."""

    is_overdue: bool = False
    happened: Happened | None = None
    diverged: Diverged | None = None
    let_go_by: Annotated[
        str | None, Field(description="The rule by which it would go by itself today.")
    ] = None
    strange: list[StrangeSink] = []
    preview: Preview | None = None


class Twin(Shape):
    """One of two profiles that may be the same; `turns` counts what was said with it."""

    id: str
    name: str
    kind: str
    stage: str
    is_endorsed: bool
    identities: list[str]
    turns: int


class OtherPart(Shape):
    """What cards of other kinds have, each what is said of it in docs/reference/http.md."""

    task_id: str | None = None
    workflow: str | None = None
    topic: str | None = None
    predicate: str | None = None
    remembers: Annotated[
        Remembers | None, Field(description="Of a question: what an answer would teach.")
    ] = None
    answer: str | None = None
    suggestions: list[KnownFact] = []
    messages: list[CardMessage] = []
    reason: str | None = None
    remedy: str | None = None
    connector: str | None = None
    stored_at: Moment | None = None
    bytes: int | None = None
    raw: Annotated[str, Field(description="The beginning of a message in quarantine.")] = ""
    is_cut: bool = False
    currency: Annotated[str | None, Field(description="That of an amount it asks for.")] = None
    whose: str | None = None
    person_id: str | None = None
    value: str | None = None
    former: KnownFact | None = None
    sides: Annotated[
        list[SourcedFact], Field(description="Of facts that disagree: each of them.")
    ] = []
    trust: str | None = None
    level: str | None = None
    confidence: float | None = None
    notice_kind: str | None = None
    pair: Annotated[list[Twin], Field(description="Two profiles that may be one.")] = []
    evidence: str = ""
    score: Annotated[int | None, Field(description="How alike they are, in hundredths.")] = None
    about: str | None = None


class Detail(ActionPart, OtherPart):
    """One card in full; `nonces` holds one for each of its acts, to be sent with it once."""

    id: str
    kind: Kind
    state: str
    title: str
    is_waiting: bool
    later_until: Moment | None
    acts: dict[str, Act]
    nonces: dict[str, Nonce]

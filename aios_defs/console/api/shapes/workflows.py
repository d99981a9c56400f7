"""Owns the shapes of the workflows, the brake and the metrics."""

from typing import Annotated, Any

from pydantic import Field

from aios_defs.console.api.shapes.flows import HandedIn
from aios_defs.console.api.shapes.shape import Body, Look, Moment, Nonce, Shape


class Writer(Shape):
    """The connector that a workflow works with, and whether it may write."""

    name: str
    standing: str
    until: Moment | None
    reason: str | None


class Scopes(Shape):
    """What can be paused about a workflow: the `scope` of each."""

    workflow: str
    agent: str
    connector: str


class Open(Shape):
    """How much of a workflow is not over."""

    undecided: int
    decisions: int
    drafts: int
    questions: int
    failed: int


class Stage(Shape):
    """How far a workflow is trusted, the next step, and in words what that one misses."""

    now: str
    next: str
    misses: str


class Notice(Shape):
    """An open card about a workflow."""

    id: str
    kind: str
    summary: str


class Cadence(Shape):
    """How often a workflow has something to do, and whether it is late."""

    expected_every_hours: int | None
    is_declared: bool
    last_message_at: Moment | None
    last_decision_at: Moment | None
    last_effect_at: Moment | None
    is_late: bool


class WorkflowLine(Shape):
    """A workflow: what it is for, how far it is trusted, what holds it up."""

    name: str
    intent: str
    trigger: str
    agent: str
    has_agent: bool
    connector: Writer
    operations: list[str]
    tolerance: str
    undo_seconds: int
    approval_hours: int
    deadline_hours: int
    scopes: Scopes
    paused: Annotated[list[str], Field(description="The scopes that stop it now.")]
    open: Open
    stage: Stage
    cards: list[Notice]
    cadence: Cadence


class BrakeNonces(Shape):
    """The nonces to pause and to resume a scope."""

    pause: Nonce
    resume: Nonce


class Workflows(Shape):
    """Every workflow; `nonces` are for pausing and resuming everything."""

    workflows: list[WorkflowLine]
    paused: list[str]
    nonces: BrakeNonces


class Evidence(Shape):
    """How proposals stood, by operation and group of people; `at_least` is a lower bound (95 %)."""

    operation: str
    group: str
    as_written: int
    edited: int
    rejected: int
    by_rule: int
    rolled_back: int
    at_least: float | None
    missing: int


class Rule(Shape):
    """A rule of policies.yaml that concerns a workflow."""

    id: str
    action: str
    when: str | None
    effect: str
    undo_seconds: int | None
    why: str | None
    operations: list[str]


class Length(Shape):
    """How long something took; None when nothing was counted or it is above all bounds."""

    count: int
    p50_ms: int | None
    p95_ms: int | None


class Measured(Shape):
    """Counters by name, what failed, and how long things took."""

    totals: dict[str, int]
    failures: int
    lengths: dict[str, Length]


class Point(Measured):
    """A step of the series; `waiting` is how many questions stood open at its end."""

    at: Moment
    waiting: int


class Share(Measured):
    """What one workflow, agent or connector did of it."""

    name: str | None
    waiting_change: int


class Shares(Shape):
    """Shares by workflow, agent and connector."""

    workflow: list[Share]
    agent: list[Share]
    connector: list[Share]


class Metrics(Measured):
    """The metrics of the last days, as `aios metrics --json` says them."""

    since: Moment
    until: Moment
    step: Annotated[str, Field(description="hour or day")]
    workflow: str | None
    agent: str | None
    connector: str | None
    waiting: Annotated[int, Field(description="How many questions stand open now.")]
    series: Annotated[list[Point], Field(description="Oldest first, empty steps too.")]
    by: Shares


class Run(Look):
    """A run that was asked for here: `state` is running while it goes on (then ask again)."""

    result: HandedIn | None


class Workflow(WorkflowLine):
    """One workflow with its evidence, rules, metrics and last run.

    `nonces` has the one to `run` it, and by scope those to pause and resume it.
    """

    evidence: list[Evidence]
    bar: Annotated[float, Field(description="The `at_least` that autonomy would ask for.")]
    rules: list[Rule]
    metrics: Metrics
    run: Run | None
    nonces: dict[str, Nonce | BrakeNonces]


class Paused(Shape):
    """What is paused now; after `position` nothing starts in the scope."""

    scope: str
    position: int
    paused: list[str]


class Resumed(Shape):
    """What is paused now."""

    scope: str
    was_paused: bool
    paused: list[str]


_SCOPE: Any = Field(description="`all`, `workflow:NAME`, `agent:NAME` or `connector:NAME`.")


class Pause(Body):
    """Stop a scope."""

    scope: Annotated[str, _SCOPE] = "all"
    reason: str = ""


class Resume(Body):
    """Let a scope go on."""

    scope: Annotated[str, _SCOPE] = "all"

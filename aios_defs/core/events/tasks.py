"""Owns the events of intents, tasks, questions, decisions and replays."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant
from aios_defs.core.sealed import BlobRef, Sealed


@event("intent.declared.v1")
class IntentDeclared(EventData):
    """The operator's goal for a workflow, as its catalog entry says it."""

    intent_id: str
    workflow: str
    text: str
    operations: tuple[str, ...]


@event("intent.confirmed.v1")
class IntentConfirmed(EventData):
    """The operator put an intent into force."""

    intent_id: str
    workflow: str


@event("task.created.v1")
class TaskCreated(EventData):
    """A unit of work began, caused by a message.

    `run_id` is the Dagster run id allocated to the first attempt to decide.
    """

    task_id: str
    workflow: str
    kind: str
    tolerance: Literal["interactive", "standard", "batch"]
    message_id: str
    profile_id: str
    thread_id: str
    deadline: Instant
    run_id: str


@event("task.claimed.v1")
class TaskClaimed(EventData):
    """A worker took the task for an attempt; `run_id` is the attempt's Dagster run."""

    task_id: str
    run_id: str
    attempt: int


@event("task.completed.v1")
class TaskCompleted(EventData):
    """The task is done; `outcome`: replied, answered_by_operator."""

    task_id: str
    outcome: Literal["replied", "answered_by_operator"]


@event("task.failed.v1")
class TaskFailed(EventData):
    """An attempt to decide failed; the error's code says why, `remedy` what to do.

    `error` is `never_ended` when too many claims in a row led to nothing, as when the task kills
    its worker.
    """

    task_id: str
    error: str
    remedy: str


@event("task.cancelled.v1")
class TaskCancelled(EventData):
    """The task will not be worked on.

    `reason`: no_reply_needed, rejected, skipped, cancelled, erased.
    """

    task_id: str
    reason: str


@event("task.reopened.v1")
class TaskReopened(EventData):
    """The task waits for a decision again.

    `reason`: customer_wrote_again, approval_expired, answered, retry, evaluated_again, undone,
    fact_changed, label_changed, account_changed. `message_id` names the new message when there is
    one.
    """

    task_id: str
    reason: str
    message_id: str | None = None


@event("question.asked.v1")
class QuestionAsked(EventData):
    """The agent does not know something; `predicate` and `topic` name the fact it could become."""

    question_id: str
    task_id: str
    text: Sealed
    predicate: str | None = None
    topic: str | None = None


@event("question.answered.v1")
class QuestionAnswered(EventData):
    """The operator answered; `fact_id` names the fact when the answer is worth keeping."""

    question_id: str
    task_id: str
    answer: Sealed
    fact_id: str | None = None


@event("question.withdrawn.v1")
class QuestionWithdrawn(EventData):
    """The question no longer matters: answered elsewhere, or the customer wrote again."""

    question_id: str
    task_id: str
    reason: str


class PackedItem(EventData):
    """One item of a packed context: its name and the blob of its canonical JSON."""

    name: str
    blob: BlobRef


@event("context.packed.v1")
class ContextPacked(EventData):
    """A context pack was built: the header (what is not an item) and the items, as blobs.

    `house` is the blob of the list of the house's own items, which repeats from pack to pack;
    `items` are those of this task and its subject, and come after them.
    """

    pack_id: str
    task_id: str
    agent: str
    header: BlobRef
    house: BlobRef
    items: tuple[PackedItem, ...]


@event("model.called.v1")
class ModelCalled(EventData):
    """A language model was called; names after the OpenTelemetry GenAI conventions."""

    call_id: str
    task_id: str
    gen_ai: dict[str, str | int | float | None]
    answer: BlobRef
    cost_minor: int | None


@event("decision.made.v1")
class DecisionMade(EventData):
    """An agent answered a pack. `answer` is the blob of the decision's canonical JSON."""

    decision_id: str
    task_id: str
    pack_id: str
    agent: str
    agent_version: str
    outcome: Literal["propose", "ask", "no_reply", "hand_over"]
    category: str | None
    answer: BlobRef


@event("decision.superseded.v1")
class DecisionSuperseded(EventData):
    """The world moved on before the decision was carried out."""

    decision_id: str
    task_id: str
    reason: str


@event("replay.completed.v1")
class ReplayCompleted(EventData):
    """A decision was replayed on request and the operator asked to keep the result."""

    decision_id: str
    outcome: Literal["identical", "diverged", "unavailable", "code_changed"]
    first_difference: str | None = None

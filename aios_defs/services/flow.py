"""Owns running a workflow at once, for who waits for the answer: all that is there, or one message.

A message handed in is known by the keyed hash of its bytes: handed in again, it is the same one.
"""

from collections import Counter

from aios_defs.core.actions import READY, ActionState
from aios_defs.core.business import Workflow
from aios_defs.core.connector import Item
from aios_defs.core.errors import TransitionRefused, UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import PauseRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.arrivals import HANDED
from aios_defs.services.batch import commit_all, take_in_all
from aios_defs.services.commit import commit_action, is_due
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.kernel import Kernel
from aios_defs.services.receive import take_whatever
from aios_defs.services.tasking import message_workflow

_ASKING = (ActionState.AWAITING_APPROVAL, ActionState.DRAFTED)
_FAILED = (
    ActionState.DENIED,
    ActionState.FAILED,
    ActionState.FAILED_RETRYABLE,
    ActionState.UNCERTAIN,
    ActionState.PARKED,
)


def find_workflow(kernel: Kernel, name: str) -> Workflow:
    """Return a workflow that is not paused.

    Raises:
        UnknownId: the catalog has none of that name.
        TransitionRefused: it is paused; the field `scope` says by which pause.

    """
    entry = kernel.workflow(name)
    _refuse_paused(kernel, entry)
    return entry


def _refuse_paused(kernel: Kernel, entry: Workflow) -> None:
    own = entry.scopes.values()
    with kernel.ledger.view() as view:
        scope = next((one for one in ("all", *own) if view.get(PauseRow, one) is not None), None)
    if scope is not None:
        raise TransitionRefused(
            f"Workflow {entry.name} does not run: {scope} is paused.",
            remedy=f"Let it go on with: aios resume {scope}",
            workflow=entry.name,
            scope=scope,
        )


def run_all(kernel: Kernel, workflow: str) -> JsonObject:
    """Take in what is new for a workflow, decide what waits, commit what is authorised.

    Each task is decided under the run id that the ledger gave it. Returns `{"workflow", "outcome",
    "task_id", "run_id", "counts", "failed", "cards"}`: counts by outcome, what failed as
    `<what> <id>: <code>`, and the cards of what was decided.

    Raises:
        UnknownId, TransitionRefused: as `find_workflow` says.
        HomeLocked, StorageFailed: nothing can be written now; nothing is lost.

    """
    entry = find_workflow(kernel, workflow)
    taken = take_in_all(kernel, entry.name)
    tasks = decidable_tasks(kernel, entry.name)
    counts = taken.counts + Counter(_decide(kernel, one) for one in tasks)
    settled = commit_all(kernel)
    return {
        **_answer(entry.name, "looked"),
        "counts": dict[str, JsonValue](counts + settled.counts),
        "failed": [*taken.failed, *settled.failed],
        "cards": _cards(kernel, tasks),
    }


def run_one(kernel: Kernel, workflow: str, raw: bytes) -> JsonObject:
    """Take in this message, decide it and commit what is authorised; idempotent by its bytes.

    The shape is that of `run_all`. `outcome` is what became of it: that of the decision (`propose`,
    `ask`, `no_reply`, `failed`), `committed` when its reply left at once, `ignored`, `quarantined`,
    `waiting`, or `known` for a message that is not decided anew.

    Raises:
        UnknownId, TransitionRefused: as `find_workflow` says.
        UsageInvalid: the workflow takes no messages.
        HomeLocked, StorageFailed: nothing can be written now; hand it in again.

    """
    entry = find_workflow(kernel, workflow)
    taker = message_workflow(kernel, entry.connector)
    if taker is None or taker.name != entry.name:
        raise UsageInvalid(
            f"Workflow {entry.name} takes no messages.",
            remedy="Hand it to the workflow of its connector whose trigger is `message`.",
            workflow=entry.name,
        )
    item = handed_item(kernel, entry.connector, raw)
    message_id, outcome = take_handed(kernel, entry.connector, item)
    return finish(kernel, entry.name, message_id, outcome)


def handed_item(kernel: Kernel, connector: str, raw: bytes) -> Item:
    """Return bytes that were handed in as an item, named by their keyed hash."""
    ref = f"{HANDED}{kernel.vault.digest('handed', connector, raw)}"
    return Item(ref=ref, folder="inbox", stored_at=kernel.clock.now(), raw=raw)


def take_handed(kernel: Kernel, connector: str, item: Item) -> tuple[str, str]:
    """Take in an item that was handed in; returns its message's id and what became of it.

    Durable when it returns. `known` when the same item was handed in before.
    """
    outcome, _, _ = take_whatever(kernel, connector, item, item.stored_at).partition(":")
    ref_hash = kernel.vault.digest("ref", connector, item.ref)
    with kernel.ledger.view() as view:
        (message_id,) = view.column(MessageRow, "id", connector=connector, ref_hash=ref_hash)
    return message_id, outcome


def finish(kernel: Kernel, workflow: str, message_id: str, outcome: str) -> JsonObject:
    """Decide and commit what a message caused; returns the shape of `run_all`."""
    with kernel.ledger.view() as view:
        task = _task_of(view, message_id)
    counts = Counter({outcome: 1})
    if task is not None:
        outcome = _carry_on(kernel, task, counts) or outcome
    return {
        **_answer(workflow, outcome),
        "message_id": message_id,
        "task_id": task.id if task else None,
        "run_id": task.run_id if task else None,
        "counts": dict[str, JsonValue](counts),
        "cards": _cards(kernel, [task.id] if task else [], message_id),
    }


def _task_of(view: View, message_id: str) -> TaskRow | None:
    """Return the task of a message, or that of the message with the same bytes before it."""
    row = view.get(MessageRow, message_id)
    if row is None:
        return None
    twins = view.select(MessageRow, content_hash=row.content_hash, order="position")
    task_id = next((one.task_id for one in (row, *twins) if one.task_id), None)
    return view.get(TaskRow, task_id) if task_id else None


def _carry_on(kernel: Kernel, task: TaskRow, counts: Counter[str]) -> str | None:
    decided = None
    if task.state in (TaskState.OPEN, TaskState.CLAIMED):
        decided = _decide(kernel, task.id)
        counts[decided] += 1
    states = [state for state in _commit_due(kernel, task.id) if state]
    counts.update(str(one) for one in states)
    return "committed" if ActionState.COMMITTED in states else decided


def _commit_due(kernel: Kernel, task_id: str) -> list[ActionState | None]:
    now = kernel.clock.now()
    with kernel.ledger.view() as view:
        rows = view.select(ActionRow, task_id=task_id, state=READY, order="slot")
    return [commit_action(kernel, row.id) for row in rows if is_due(row, now)]


def _decide(kernel: Kernel, task_id: str) -> str:
    """Decide a task; `unchanged` when another worker has it, or was first."""
    outcome = decide_task(kernel, task_id)
    if outcome is None:
        with kernel.ledger.view() as view:
            outcome = _decision(view, task_id)
    return outcome or "unchanged"


def _decision(view: View, task_id: str) -> str | None:
    task = view.get(TaskRow, task_id)
    if task is None or task.state is not TaskState.WAITING or not task.decision_id:
        return None
    decision = view.get(DecisionRow, task.decision_id)
    return decision.outcome if decision else None


def _answer(workflow: str, outcome: str) -> JsonObject:
    return {
        "workflow": workflow,
        "outcome": outcome,
        "message_id": None,
        "task_id": None,
        "run_id": None,
        "counts": {},
        "failed": [],
        "cards": [],
    }


def _cards(kernel: Kernel, task_ids: list[str], message_id: str | None = None) -> list[JsonValue]:
    """Return the cards that wait about these tasks, each as `{"id", "kind"}`."""
    with kernel.ledger.view() as view:
        found = [one for task_id in task_ids for one in _task_cards(view, task_id)]
        message = view.get(MessageRow, message_id) if message_id else None
    if message is not None and message.state == "quarantined":
        found.append(("quarantine", message.id))
    return [{"id": card_id, "kind": kind} for kind, card_id in found]


def _task_cards(view: View, task_id: str) -> list[tuple[str, str]]:
    task = view.get(TaskRow, task_id)
    asking = view.column(ActionRow, "id", task_id=task_id, state=_ASKING)
    failing = view.column(ActionRow, "id", task_id=task_id, state=_FAILED)
    questions = view.column(QuestionRow, "id", task_id=task_id, state="open")
    is_failed = task is not None and task.state is TaskState.FAILED
    return [
        *(("decision", one) for one in asking),
        *(("question", one) for one in questions),
        *(("failure", one) for one in failing),
        *([("failure", task_id)] if is_failed else []),
    ]

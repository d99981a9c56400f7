"""Owns the cards of what failed, and of what nothing decides."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.cards import card, readable, recipients
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id, values_by_id

FAILURES = (
    ActionState.FAILED,
    ActionState.FAILED_RETRYABLE,
    ActionState.UNCERTAIN,
    ActionState.PARKED,
    ActionState.DENIED,
    ActionState.EXPIRED,
    ActionState.COMPENSATION_FAILED,
)
_NOT_DECIDED = (TaskState.OPEN, TaskState.CLAIMED)


def failure_cards(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    """Return the cards of what failed: actions, tasks without a workflow, tasks; so many each."""
    live = [one.id for one in live_failures(view)][:limit]
    actions = by_id(view, ActionRow, live)
    lost = view.select(TaskRow, order="created_at", limit=limit, **stranded(kernel, view))
    failed = view.select(TaskRow, state=TaskState.FAILED, order="created_at", limit=limit)
    return [
        *failed_action_cards(kernel, view, [actions[one] for one in live]),
        *stranded_cards(kernel, view, lost),
        *failed_task_cards(kernel, view, failed),
    ]


def failed_ids(kernel: Kernel, view: View) -> list[str]:
    """Return the ids of what these cards are about, without making them."""
    lost = view.column(TaskRow, "id", **stranded(kernel, view))
    failed = view.column(TaskRow, "id", state=TaskState.FAILED)
    return [*(one.id for one in live_failures(view)), *lost, *failed]


class Failure(NamedTuple):
    """A failed action that somebody has to look at."""

    id: str
    state: ActionState
    workflow: str


def live_failures(view: View) -> list[Failure]:
    """Return the failed actions that somebody has to look at, oldest first.

    One whose task goes on, has a newer decision or is over needs nobody, unless nobody knows what
    it did.
    """
    names = ("created_at", "id", "state", "task_id", "decision_id", "workflow")
    found = view.tally(ActionRow, *names, state=FAILURES)
    tasks = [one[3] for one in found]
    states = values_by_id(view, TaskRow, "state", tasks)
    decisions = values_by_id(view, TaskRow, "decision_id", tasks)
    return [
        Failure(id_, state, workflow)
        for _, id_, state, task_id, decision_id, workflow in sorted(found)
        if state in {ActionState.UNCERTAIN, ActionState.PARKED}
        or (states.get(task_id) is TaskState.WAITING and decisions.get(task_id) == decision_id)
    ]


def stranded(kernel: Kernel, view: View) -> dict[str, Any]:
    """Return the columns of tasks that wait for a workflow which the catalog no longer has."""
    named = view.tally(TaskRow, "workflow", state=_NOT_DECIDED)
    lost = tuple(name for (name,) in named if kernel.business.workflow(name) is None)
    return {"state": _NOT_DECIDED, "workflow": lost}


def stranded_cards(_: Kernel, _view: View, rows: Sequence[TaskRow]) -> list[JsonObject]:
    """Return the cards of tasks that nothing decides."""
    return [
        card(
            row.id,
            "failure",
            f"Nothing decides this: the catalog has no workflow {row.workflow}.",
            workflow=row.workflow,
            state=str(row.state),
            remedy=f"Put it back in business/catalog.yaml, or: aios skip {row.id}",
        )
        for row in rows
    ]


def failed_task_cards(_: Kernel, _view: View, rows: Sequence[TaskRow]) -> list[JsonObject]:
    """Return the cards of tasks whose deciding failed."""
    return [
        card(
            row.id,
            "failure",
            f"Deciding failed: {row.reason}",
            workflow=row.workflow,
            state=str(row.state),
            remedy=row.remedy,
        )
        for row in rows
    ]


def failed_action_cards(kernel: Kernel, _view: View, rows: Sequence[ActionRow]) -> list[JsonObject]:
    """Return the cards of failed actions."""
    return [_failed_action(kernel, row) for row in rows]


def _failed_action(kernel: Kernel, row: ActionRow) -> JsonObject:
    return card(
        row.id,
        "failure",
        f"{readable(kernel, row.summary)} ({row.state}: {row.error or row.rule})",
        workflow=row.workflow,
        operation=row.operation,
        recipients=list[JsonValue](recipients(kernel, row)),
        state=str(row.state),
        remedy=_failure_remedy(row),
    )


def _failure_remedy(row: ActionRow) -> str:
    if row.state is ActionState.PARKED:
        return f"Look whether it arrived, then: aios resolve {row.id} --sent (or --not-sent)"
    if row.state is ActionState.UNCERTAIN:
        return f"It is asked about at the next run of: aios run {row.workflow}"
    by_hand = f"aios retry {row.id}, or: aios skip {row.id}"
    if row.state is ActionState.FAILED_RETRYABLE and row.due_at is not None:
        return f"It is tried again by itself at {rfc3339(row.due_at)}; at once with: {by_hand}"
    return by_hand

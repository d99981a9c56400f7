"""Owns what may leave and does not: its card after an hour, and its end once its content is erased.

An action that can never start would otherwise wait unseen: nothing is asked, and nothing failed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aios_defs.core.actions import READY, STOPPABLE, UNSETTLED, ActionState
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import KeyErased
from aios_defs.core.events.actions import ActionCancelled
from aios_defs.core.events.tasks import TaskCancelled
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import PauseRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.authority import scopes
from aios_defs.services.cards import card, readable, recipients
from aios_defs.services.kernel import Kernel

PATIENCE = timedelta(hours=1)
"""How long after its due time an action may wait before the operator is told."""
_READ_BY_THE_SWEEP = (*READY, ActionState.DRAFTED, ActionState.FAILED_RETRYABLE)


def overdue(kernel: Kernel, view: View) -> list[ActionRow]:
    """Return the actions that should have started more than an hour ago, oldest first."""
    limit = kernel.clock.now() - PATIENCE
    rows = view.select(ActionRow, state=READY, created_at__lt=limit, order="created_at")
    return [row for row in rows if _due_since(view, row) < limit]


def _due_since(view: View, row: ActionRow) -> datetime:
    """Return when an action became due: its window's end, or its last event without a window."""
    if row.due_at is not None:
        return row.due_at
    times = [one.time for one in view.events(stream=f"action-{row.id}")]
    return max(times, default=row.created_at)


def overdue_cards(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    """Return the cards of what is overdue, each with its way out."""
    return late_cards(kernel, view, overdue(kernel, view)[:limit])


def late_cards(kernel: Kernel, view: View, rows: Sequence[ActionRow]) -> list[JsonObject]:
    """Return the cards of these actions that should have started by now."""
    return [
        card(
            row.id,
            "failure",
            f"{readable(kernel, row.summary)} ({row.state}: it should have started by now)",
            workflow=row.workflow,
            operation=row.operation,
            recipients=list[JsonValue](recipients(kernel, row)),
            state=str(row.state),
            remedy=_remedy(view, row),
        )
        for row in rows
    ]


def _remedy(view: View, row: ActionRow) -> str:
    pauses = ("all", *scopes(view, row))
    paused = next((one for one in pauses if view.get(PauseRow, one) is not None), None)
    if paused is not None:
        return f"It is paused: aios resume {paused}, or: aios skip {row.id}"
    return (
        f"Try it with: aios run {row.workflow}; if it stays, see: aios doctor, or: "
        f"aios skip {row.id}"
    )


def cancel_erased(kernel: Kernel) -> int:
    """Cancel the actions that a sweep or commit would read and that were erased; returns how many.

    A task ends with the last of its actions.
    """
    with kernel.ledger.view() as view:
        rows = view.select(ActionRow, state=_READ_BY_THE_SWEEP, order="created_at")
    erased = dict.fromkeys(row.task_id for row in rows if _is_erased(kernel, row))
    return sum(_cancel(kernel, task_id) for task_id in erased)


def _is_erased(kernel: Kernel, row: ActionRow) -> bool:
    try:
        kernel.vault.open(row.arguments)
    except KeyErased:
        return True
    return False


def _cancel(kernel: Kernel, task_id: str) -> int:
    with kernel.ledger.transaction(actor="sweep") as tx:
        rows = tx.select(ActionRow, task_id=task_id, state=STOPPABLE)
        erased = [row for row in rows if _is_erased(kernel, row)]
        for row in erased:
            data = ActionCancelled(action_id=row.id, reason="erased")
            tx.append(Draft(stream=f"action-{row.id}", data=data, correlation_id=task_id))
        _end_task(tx, task_id)
    return len(erased)


def _end_task(tx: Transaction, task_id: str) -> None:
    task = tx.get(TaskRow, task_id)
    is_waiting = task is not None and task.state is TaskState.WAITING
    if is_waiting and not tx.count(ActionRow, task_id=task_id, state=UNSETTLED):
        data = TaskCancelled(task_id=task_id, reason="erased")
        tx.append(Draft(stream=f"task-{task_id}", data=data, correlation_id=task_id))

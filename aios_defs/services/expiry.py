"""Owns expiry: an approval that nobody gave or used in time ends; its task is decided anew, once.

Whoever is away finds one card: after the first expiry a notice beside the new decision, after the
second in a row the action that expired, which waits for the operator's retry.
"""

from aios_defs.core.actions import ActionState
from aios_defs.core.events.actions import ApprovalExpired
from aios_defs.core.events.tasks import TaskReopened
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.drafts import of_action, of_task
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, dismiss, open_notices, tell

_EXPIRED = "approval_expired"


def expire(
    kernel: Kernel, tx: Transaction, action: ActionRow, approval: ApprovalRow, *, actor: str
) -> None:
    """Expire an action's approval; the first in a row reopens its task, with a card saying so."""
    expired = ApprovalExpired(action_id=action.id, approval_id=approval.id)
    tx.append(of_action(action, expired, actor=actor))
    task = tx.get(TaskRow, action.task_id)
    if task is None or task.state is not TaskState.WAITING:
        return
    if _expired_before(tx, task):
        dismiss(tx, _EXPIRED, task.id)
        return
    reopened = TaskReopened(task_id=task.id, reason=_EXPIRED)
    tx.append(of_task(task, reopened, actor=actor))
    if not open_notices(tx, _EXPIRED, task.id):
        _tell(kernel, tx, action, actor)


def _expired_before(view: View, task: TaskRow) -> bool:
    """Return whether the task was last reopened by an expiry, so that nobody came in between."""
    events = view.events(types=("task.reopened.v1",), stream=f"task-{task.id}")
    reasons = [one.data.get("reason") for one in events]
    return reasons[-1:] == [_EXPIRED]


def _tell(kernel: Kernel, tx: Transaction, action: ActionRow, actor: str) -> None:
    notice = Notice(
        kind=_EXPIRED,
        about=action.task_id,
        summary="A decision was not answered in time; it is decided anew, once.",
        remedy="See: aios inbox",
    )
    tell(kernel, tx, notice, actor=actor)


def end_expiry_notices(kernel: Kernel) -> int:
    """Dismiss the notices of expiries whose task has no decision to come or to answer any more."""
    with kernel.ledger.view() as view:
        rows = view.select(NoticeRow, state="open", order="position")
        over = [row for row in rows if row.kind == _EXPIRED and _is_over(view, row.about)]
    for row in over:
        with kernel.ledger.transaction(actor="sweep") as tx:
            dismiss(tx, _EXPIRED, row.about)
    return len(over)


def _is_over(view: View, task_id: str) -> bool:
    task = view.get(TaskRow, task_id)
    if task is None or task.state is not TaskState.WAITING:
        return task is None or task.state not in (TaskState.OPEN, TaskState.CLAIMED)
    return not view.count(ActionRow, task_id=task_id, state=ActionState.AWAITING_APPROVAL)

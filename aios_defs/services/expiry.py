"""Owns expiry: an approval that nobody gave or used in time ends, and its task is decided anew."""

from aios_defs.core.envelope import Draft
from aios_defs.core.events.actions import ApprovalExpired
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.system import NoticeRaised
from aios_defs.core.events.tasks import TaskReopened
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.kernel import Kernel


def expire(
    kernel: Kernel, tx: Transaction, action: ActionRow, approval: ApprovalRow, *, actor: str
) -> None:
    """Expire an action's approval, reopen its task, and raise a card that says so."""
    expired = ApprovalExpired(action_id=action.id, approval_id=approval.id)
    _append(tx, f"action-{action.id}", action, expired, actor)
    task = tx.get(TaskRow, action.task_id)
    if task is not None and task.state is TaskState.WAITING:
        reopened = TaskReopened(task_id=task.id, reason="approval_expired")
        _append(tx, f"task-{task.id}", action, reopened, actor)
    notice = NoticeRaised(
        notice_id=kernel.ids.new(),
        kind="approval_expired",
        about=action.id,
        summary="A decision was not answered in time; it is decided anew.",
        remedy="See: aios inbox",
    )
    _append(tx, f"notice-{notice.notice_id}", action, notice, actor)


def _append(tx: Transaction, stream: str, action: ActionRow, data: EventData, actor: str) -> None:
    tx.append(Draft(stream=stream, data=data, correlation_id=action.task_id, actor=actor))

"""Owns the operator's ways out of a failure: retry, skip, and reading quarantine again."""

from aios_defs.core.actions import MAYBE_OUTSIDE, ActionState
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.actions import ActionCancelled
from aios_defs.core.events.messages import MessageIgnored
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.system import NoticeDismissed
from aios_defs.core.events.tasks import TaskCancelled, TaskReopened
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.commit import commit_action
from aios_defs.services.drafts import of_action, of_task
from aios_defs.services.floods import is_flood, let_in, skip_held
from aios_defs.services.held import is_hold, let_go_on, refuse_dismissal
from aios_defs.services.kernel import Kernel
from aios_defs.services.rejudge import judge_waiting
from aios_defs.services.stopping import stop_task_work
from aios_defs.services.sweep import judge_again

_OVER_FOR_GOOD = (
    ActionState.DENIED,
    ActionState.FAILED,
    ActionState.EXPIRED,
    ActionState.CANCELLED,
    ActionState.REJECTED,
)


def retry(kernel: Kernel, target: str) -> str:
    """Try a failed thing again; returns the state it reached.

    An action that failed before anything happened is committed again; a draft is judged again; a
    waiting decision goes if the rules of today let it go; a failed task, or one whose action is
    over for good, is decided anew; messages held back on a card of a flood get their tasks, and a
    connector whose login was refused goes on.

    Raises:
        UnknownId: there is no such action or task.
        TransitionRefused: there is nothing to retry, or the rules of today ask as well.

    """
    with kernel.ledger.view() as view:
        action = view.get(ActionRow, target)
        task = view.get(TaskRow, action.task_id if action else target)
        notice = view.get(NoticeRow, target)
    if notice is not None and is_flood(notice):
        return let_in(kernel, notice)
    if notice is not None and is_hold(notice):
        return let_go_on(kernel, notice)
    if task is None:
        raise _unknown(target)
    if action is not None and action.state is ActionState.FAILED_RETRYABLE:
        return str(commit_action(kernel, target, force=True))
    if action is not None and action.state is ActionState.DRAFTED:
        judge_again(kernel, target)
        return _action_state(kernel, target)
    if action is not None and action.state is ActionState.AWAITING_APPROVAL:
        return str(judge_waiting(kernel, target).state)
    if action is not None and action.state not in _OVER_FOR_GOOD:
        raise _refused(target, action.state)
    return _decide_anew(kernel, task)


def _decide_anew(kernel: Kernel, task: TaskRow) -> str:
    with kernel.ledger.transaction(actor="operator") as tx:
        current = tx.get(TaskRow, task.id)
        if current is None or current.state in (TaskState.OPEN, TaskState.COMPLETED):
            raise _refused(task.id, current.state if current else "gone")
        if tx.count(ActionRow, task_id=task.id, state=MAYBE_OUTSIDE):
            raise _refused(task.id, "uncertain")
        stop_task_work(tx, current, "retry")
        tx.append(of_task(current, TaskReopened(task_id=task.id, reason="retry")))
    return TaskState.OPEN


def _action_state(kernel: Kernel, action_id: str) -> str:
    with kernel.ledger.view() as view:
        row = view.get(ActionRow, action_id)
    return row.state if row else "gone"


def skip(kernel: Kernel, target: str) -> str:
    """Let a thing be: an action, a task, a question, a message that no task has, or a notice.

    Returns what it is now. What waits in its task is cancelled and the message counts as ignored;
    so does what a card of a flood holds.

    Raises:
        UnknownId: there is nothing of that id to skip.
        TransitionRefused: it is on the wire or already over, or its connector is held.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        notice = tx.get(NoticeRow, target)
        message = tx.get(MessageRow, target)
        if notice is not None and notice.state == "open":
            refuse_dismissal(notice)
            skip_held(tx, notice)
            dismissed = NoticeDismissed(notice_id=target)
            tx.append(_draft(f"notice-{target}", dismissed, target))
            return "dismissed"
        if message is not None and _may_be_ignored(message):
            ignored = MessageIgnored(message_id=target, reason="skipped")
            tx.append(_draft(f"message-{target}", ignored, target))
            return "ignored"
        return _skip_task(tx, target)


def _may_be_ignored(message: MessageRow) -> bool:
    is_untaken = message.state == "received" and message.task_id is None
    return is_untaken or message.state == "quarantined"


def _skip_task(tx: Transaction, target: str) -> str:
    action = tx.get(ActionRow, target)
    question = tx.get(QuestionRow, target)
    task_id = action.task_id if action else question.task_id if question else target
    task = tx.get(TaskRow, task_id)
    if task is None:
        raise _unknown(target)
    if tx.count(ActionRow, task_id=task.id, state=MAYBE_OUTSIDE):
        raise _refused(target, "on the wire or unsettled")
    if task.state in (TaskState.COMPLETED, TaskState.CANCELLED):
        raise _refused(target, task.state)
    stop_task_work(tx, task, "skipped")
    if action is not None and action.state is ActionState.FAILED:
        cancelled = ActionCancelled(action_id=action.id, reason="skipped")
        tx.append(of_action(action, cancelled))
    tx.append(of_task(task, TaskCancelled(task_id=task.id, reason="skipped")))
    return "cancelled"


def _unknown(target: str) -> UnknownId:
    return UnknownId(f"There is nothing {target!r} here.", remedy="See: aios inbox", id=target)


def _refused(target: str, state: str) -> TransitionRefused:
    return TransitionRefused(
        f"{target} is {state}: this can't be done now.",
        remedy=f"Look at it with: aios trace {target}",
        state=state,
    )


def _draft(stream: str, data: EventData, correlation_id: str) -> Draft:
    return Draft(stream=stream, data=data, correlation_id=correlation_id)

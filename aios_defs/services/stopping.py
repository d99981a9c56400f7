"""Owns stopping what a task has under way, when the world moves on or the operator says so.

What is on the wire can't be stopped and is left to its worker or to reconciliation.
"""

from typing import Literal

from aios_defs.core.actions import STOPPABLE
from aios_defs.core.envelope import Draft
from aios_defs.core.events.actions import ActionCancelled, ActionSuperseded
from aios_defs.core.events.tasks import DecisionSuperseded, QuestionWithdrawn, TaskReopened
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.drafts import of_action, of_task
from aios_defs.services.notices import dismiss

Reason = Literal[
    "customer_wrote_again",
    "answered_elsewhere",
    "skipped",
    "fact_changed",
    "label_changed",
    "answered",
    "retry",
    "no_reply_needed",
    "overtaken",
    "account_changed",
    "erased",
]
_CANCELS = ("answered_elsewhere", "skipped", "no_reply_needed", "erased")


def stop_task_work(tx: Transaction, task: TaskRow, reason: Reason) -> None:
    """Supersede or cancel the task's stoppable actions, withdraw questions, decision, notice."""
    dismiss(tx, "approval_expired", task.id)
    for action in tx.select(ActionRow, task_id=task.id, state=STOPPABLE):
        tx.append(stopped(action, reason, task))
    for question in tx.select(QuestionRow, task_id=task.id, state="open"):
        withdrawn = QuestionWithdrawn(question_id=question.id, task_id=task.id, reason=reason)
        tx.append(of_task(task, withdrawn, actor="facade"))
    if task.decision_id is not None:
        superseded = DecisionSuperseded(
            decision_id=task.decision_id, task_id=task.id, reason=reason
        )
        tx.append(of_task(task, superseded, actor="facade"))


def redo_task(tx: Transaction, task: TaskRow, reason: Reason) -> None:
    """Stop what a task has under way and, if it waits, have it decided anew."""
    stop_task_work(tx, task, reason)
    if task.state is TaskState.WAITING:
        reopened = TaskReopened(task_id=task.id, reason=reason)
        tx.append(of_task(task, reopened, actor="facade"))


def stop_overtaken(tx: Transaction, action: ActionRow, task: TaskRow) -> bool:
    """Stop an action whose decision the world has overtaken; returns whether it has.

    What was on the wire when the customer wrote again, or when the operator answered, may turn out
    unsent later: it must not be tried again past what came after it.
    """
    decision = tx.get(DecisionRow, action.decision_id) if action.decision_id else None
    is_over = decision is not None and decision.is_superseded
    is_open_again = task.state in (TaskState.OPEN, TaskState.CLAIMED)
    if not (is_over or is_open_again or task.decision_id != action.decision_id):
        return False
    reason: Reason = "answered_elsewhere" if task.state is TaskState.COMPLETED else "overtaken"
    tx.append(stopped(action, reason, task))
    return True


def stopped(action: ActionRow, reason: Reason, task: TaskRow) -> Draft:
    """Draft what ends one action: cancelled, or superseded where the task goes on."""
    data: ActionCancelled | ActionSuperseded
    if reason in _CANCELS:
        data = ActionCancelled(action_id=action.id, reason=reason)
    else:
        data = ActionSuperseded(action_id=action.id, reason=reason)
    return of_action(action, data, subject=task.profile_id, actor="facade")

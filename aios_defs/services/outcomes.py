"""Owns what a committed action leaves behind: its event, the memory of it, the end of its task."""

from datetime import datetime
from typing import Literal

from aios_defs.core.connector import Receipt
from aios_defs.core.envelope import Draft
from aios_defs.core.events.actions import ActionCommitted
from aios_defs.core.events.messages import InteractionRecorded
from aios_defs.core.events.tasks import TaskCompleted
from aios_defs.core.labels import Level, stricter_level
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.commitments import note_sent
from aios_defs.services.drafts import of_action, of_task
from aios_defs.services.kernel import Kernel


def record_committed(
    kernel: Kernel,
    tx: Transaction,
    action: ActionRow,
    receipt: Receipt,
    *,
    actor: Literal["operator", "sweep"] | None = None,
    found: bool = False,
) -> None:
    """Append that the effect exists outside, what was said to whom, and that the task is done.

    A task that was reopened meanwhile (the customer wrote again) stays open.
    """
    task = tx.get(TaskRow, action.task_id)
    assert task is not None  # noqa: S101 - tasks are never deleted
    committed = ActionCommitted(
        action_id=action.id,
        token=action.token,
        outside_ref=receipt.outside_ref,
        detail=receipt.detail,
        found=found,
    )
    event = tx.append(
        of_action(action, committed, subject=task.profile_id, actor=actor, run_id=action.run_id)
    )
    interaction = _as_interaction(kernel, action, task, receipt, tx.now)
    recorded = tx.append(
        Draft(
            stream=f"profile-{task.profile_id}",
            data=interaction,
            correlation_id=task.id,
            causation_id=event.id,
            subject=task.profile_id,
            actor=actor,
            run_id=action.run_id,
        )
    )
    note_sent(kernel, tx, action, interaction, recorded.id)
    if task.state is TaskState.WAITING and task.decision_id == action.decision_id:
        completed = TaskCompleted(task_id=task.id, outcome="replied")
        tx.append(of_task(task, completed, cause=event.id, actor=actor, run_id=action.run_id))


def _as_interaction(
    kernel: Kernel, action: ActionRow, task: TaskRow, receipt: Receipt, at: datetime
) -> InteractionRecorded:
    # what policy let out is no stricter than what may go there; one that is gone says nothing
    there = kernel.connectors.get(action.connector)
    clearance = there.describe().clearance if there else Level.SHAREABLE
    return InteractionRecorded(
        interaction_id=kernel.ids.new(),
        profile_id=task.profile_id,
        direction="out",
        channel=action.connector,
        action_id=action.id,
        thread_id=task.thread_id,
        at=at,
        mail_hashes=(kernel.mail_hash(receipt.outside_ref),),
        level=stricter_level(Level.SHAREABLE, clearance),
    )

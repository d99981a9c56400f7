"""Owns drafting events about a task or an action: stream, correlation and subject in one place.

A task's id is the correlation of all that happens for it, so that a trace gathers by it.
"""

from aios_defs.core.envelope import Draft
from aios_defs.core.events.registry import EventData
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow


def of_task(
    task: TaskRow,
    data: EventData,
    *,
    cause: str | None = None,
    actor: str | None = None,
    run_id: str | None = None,
) -> Draft:
    """Draft an event of a task's stream; `cause` is the id of the event that led to it."""
    return Draft(
        stream=f"task-{task.id}",
        data=data,
        correlation_id=task.id,
        causation_id=cause,
        subject=task.profile_id,
        actor=actor,
        run_id=run_id,
    )


def of_action(
    action: ActionRow,
    data: EventData,
    *,
    subject: str | None = None,
    actor: str | None = None,
    run_id: str | None = None,
) -> Draft:
    """Draft an event of an action's stream; `subject` is the profile it is about."""
    return Draft(
        stream=f"action-{action.id}",
        data=data,
        correlation_id=action.task_id,
        subject=subject,
        actor=actor,
        run_id=run_id,
    )

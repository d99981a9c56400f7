"""Owns the life of a task, and where an inbound message stands."""

from enum import StrEnum
from typing import Literal

from aios_defs.core.errors import TransitionRefused


class TaskState(StrEnum):
    """Where a task is: `waiting` has a decision whose action or question is not over."""

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


_T = TaskState
_LIVE = (_T.OPEN, _T.CLAIMED, _T.WAITING, _T.FAILED)

TASK_ARROWS: dict[str, tuple[tuple[TaskState | None, ...], TaskState]] = {
    "task.created": ((None,), _T.OPEN),
    "task.claimed": ((_T.OPEN, _T.CLAIMED), _T.CLAIMED),
    "decision.made": ((_T.OPEN, _T.CLAIMED), _T.WAITING),
    "task.failed": ((_T.OPEN, _T.CLAIMED), _T.FAILED),
    "task.reopened": ((_T.CLAIMED, _T.WAITING, _T.FAILED, _T.OPEN, _T.CANCELLED), _T.OPEN),
    "task.completed": (_LIVE, _T.COMPLETED),
    "task.cancelled": (_LIVE, _T.CANCELLED),
}
"""Event (without version) → the states it may leave, and the one it leads to."""


def next_task_state(state: TaskState | None, event: str, task_id: str) -> TaskState:
    """Return the state that an event leads to; raises TransitionRefused when none does."""
    sources, target = TASK_ARROWS[event]
    if state not in sources:
        raise TransitionRefused(
            f"Task {task_id} is {state or 'not there yet'}: {event} is not possible.",
            remedy=f"Look at it with: aios trace {task_id}",
            task_id=task_id,
            state=str(state) if state else None,
            event=event,
        )
    return target


Standing = Literal["answered", "ignored", "quarantined", "waiting"]


def standing(message_state: str, task_state: TaskState | None) -> Standing:
    """Return in which of the four places an inbound message stands (DESIGN §5).

    `message_state` is received, held, ignored or quarantined; `task_state` its task's, if any.
    """
    if message_state == "quarantined":
        return "quarantined"
    if message_state == "ignored" or task_state is TaskState.CANCELLED:
        return "ignored"
    return "answered" if task_state is TaskState.COMPLETED else "waiting"

"""Proves the life of a task, and where an inbound message stands."""

from itertools import product

import pytest

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.tasks import TASK_ARROWS, TaskState, next_task_state, standing

STATES = (None, *TaskState)


@pytest.mark.parametrize(("state", "event"), list(product(STATES, TASK_ARROWS)))
def test_only_what_the_table_says_happens(state: TaskState | None, event: str) -> None:
    """Each state and event is an arrow, or it is refused with the state's name."""
    sources, target = TASK_ARROWS[event]
    if state in sources:
        assert next_task_state(state, event, "t") is target
        return

    with pytest.raises(TransitionRefused) as refused:
        next_task_state(state, event, "t-1")

    assert refused.value.fields["state"] == (str(state) if state else None)


def test_a_completed_task_stays_completed() -> None:
    """What was answered is never decided again; a further message is a new task."""
    leaving = [event for event, (sources, _) in TASK_ARROWS.items() if "completed" in sources]

    assert leaving == []


@pytest.mark.parametrize(
    ("message", "task", "where"),
    [
        ("quarantined", None, "quarantined"),
        ("ignored", None, "ignored"),
        ("ignored", TaskState.COMPLETED, "ignored"),
        ("received", TaskState.CANCELLED, "ignored"),
        ("received", TaskState.COMPLETED, "answered"),
        ("received", None, "waiting"),
        *(
            ("received", state, "waiting")
            for state in TaskState
            if state not in (TaskState.COMPLETED, TaskState.CANCELLED)
        ),
    ],
)
def test_a_message_stands_in_one_place(message: str, task: TaskState | None, where: str) -> None:
    """Answered, ignored and quarantined are named; all else waits."""
    assert standing(message, task) == where

"""Owns what waits for the interactive lane: what may start, what wants a decision, what comes next.

It is read often, so it reads single columns and opens no sealed text.
"""

from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.actions import MAYBE_OUTSIDE, READY, ActionState
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.house import PauseRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.authority import scopes
from aios_defs.services.kernel import Kernel
from aios_defs.services.pause import is_paused

_UNSETTLED = (ActionState.COMMITTING, ActionState.UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An action or task that somebody may work on; with another `version` it is worth a new try."""

    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What to do now, oldest first, as of a position of the ledger; `next_at` is the next due time.

    What a pause holds is left out: resuming it moves the ledger.
    """

    position: int
    actions: tuple[Waiting, ...]
    tasks: tuple[Waiting, ...]
    next_at: datetime | None


def read_agenda(kernel: Kernel, *, retries: bool = False) -> Agenda:
    """Return what waits for the lane; with `retries` also what failed and is due again."""
    now = kernel.clock.now()
    with kernel.ledger.view() as view:
        is_stopped = view.count(PauseRow) > 0
        due, later = _ready(view, now)
        found = [*(_failed(view, now) if retries else ()), *due]
        return Agenda(
            position=view.head().position,
            actions=tuple(one for one in found if not is_stopped or _may_start(view, one.id)),
            tasks=_tasks(view, is_stopped=is_stopped),
            next_at=min(later, default=None),
        )


def head_position(kernel: Kernel) -> int:
    """Return the last position of the ledger."""
    with kernel.ledger.view() as view:
        return view.head().position


def wants_cleaning(kernel: Kernel) -> bool:
    """Return whether time alone may have left something to settle, retry or expire."""
    now = kernel.clock.now()
    with kernel.ledger.view() as view:
        if _failed(view, now) or view.count(ActionRow, state=_UNSETTLED):
            return True
        states = ("requested", "granted")
        return view.count(ApprovalRow, state=states, expires_at__lte=now) > 0


def _ready(view: View, now: datetime) -> tuple[list[Waiting], list[datetime]]:
    rows = view.tally(ActionRow, "created_at", "id", "version", "due_at", state=READY)
    due = [one for one in sorted(rows, key=lambda one: one[:2]) if not one[3] or one[3] <= now]
    later = [one[3] for one in rows if one[3] and one[3] > now]
    return [Waiting(id=one[1], version=one[2]) for one in due], later


def _failed(view: View, now: datetime) -> list[Waiting]:
    state = ActionState.FAILED_RETRYABLE
    rows = view.tally(ActionRow, "created_at", "id", "version", state=state, due_at__lte=now)
    return [Waiting(id=one[1], version=one[2]) for one in sorted(rows)]


def _may_start(view: View, action_id: str) -> bool:
    row = view.get(ActionRow, action_id)
    return row is not None and not is_paused(view, *scopes(view, row))


def _tasks(view: View, *, is_stopped: bool) -> tuple[Waiting, ...]:
    rows = view.tally(TaskRow, "created_at", "id", "version", "workflow", state=TaskState.OPEN)
    if not rows:
        return ()
    settling = set(view.column(ActionRow, "task_id", state=MAYBE_OUTSIDE))
    workflows = {one[3] for one in rows} if is_stopped else set[str]()
    paused = {name for name in workflows if is_paused(view, f"workflow:{name}")}
    return tuple(
        Waiting(id=one[1], version=one[2])
        for one in sorted(rows)
        if one[1] not in settling and one[3] not in paused
    )

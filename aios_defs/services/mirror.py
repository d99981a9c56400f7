"""Owns what Dagster has to be told: the runs that the ledger allocated and Dagster did not start.

A cursor remembers how far the mirror has come and the last run it made. When Dagster no longer has
that run, its storage was lost, and the mirror begins anew from the ledger.
"""

from dataclasses import dataclass, field

from aios_defs.core.envelope import Envelope
from aios_defs.core.ports import View
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.kernel import Kernel

CURSOR = "mirror:dagster"

_CLAIMS = ("task.claimed.v1", "action.started.v1")
"""The events that use the run id they name; others only allocate one."""


@dataclass(slots=True, kw_only=True)
class RunStory:
    """What the ledger holds of one run: where it begins and ends, and the ids it touched."""

    run_id: str
    first: int
    last: int = 0
    last_hash: str = ""
    workflow: str = ""
    types: list[str] = field(default_factory=list[str])
    task_ids: list[str] = field(default_factory=list[str])
    action_ids: list[str] = field(default_factory=list[str])
    approval_ids: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The runs after the cursor, oldest first, and the position that they reach to."""

    runs: tuple[RunStory, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorCursor:
    """How far the mirror has come; `run_id` is the last run it made, empty when it made none."""

    position: int = 0
    run_id: str = ""


def read_cursor(kernel: Kernel) -> MirrorCursor:
    """Return how far the mirror has come."""
    with kernel.ledger.view() as view:
        row = view.get(CursorRow, CURSOR)
    position, _, run_id = row.value.partition(" ") if row else ("0", "", "")
    return MirrorCursor(position=int(position), run_id=run_id)


def keep_cursor(kernel: Kernel, cursor: MirrorCursor) -> None:
    """Remember how far the mirror has come; an operational row, no event."""
    if cursor == read_cursor(kernel):
        return
    with kernel.ledger.transaction(actor="sweep") as tx:
        tx.put(CursorRow(name=CURSOR, value=f"{cursor.position} {cursor.run_id}".strip()))


def backlog(kernel: Kernel, cursor: MirrorCursor) -> Backlog:
    """Return the runs that events after the cursor belong to."""
    stories: dict[str, RunStory] = {}
    with kernel.ledger.view() as view:
        head = view.head()
        for event in view.events(after=cursor.position, upto=head.position):
            run_id = run_of(event)
            if run_id:
                _tell(stories.setdefault(run_id, _story(view, run_id, event)), event)
    return Backlog(runs=tuple(stories.values()), position=head.position)


def run_of(event: Envelope) -> str | None:
    """Return the run that an event happened under, or None for none."""
    named = event.data.get("run_id") if event.type in _CLAIMS else None
    return named if isinstance(named, str) else event.run_id


def _story(view: View, run_id: str, event: Envelope) -> RunStory:

    task = view.get(TaskRow, event.correlation_id)
    return RunStory(run_id=run_id, first=event.position, workflow=task.workflow if task else "")


def _tell(story: RunStory, event: Envelope) -> None:
    story.last, story.last_hash = event.position, event.hash
    story.types.append(event.type)
    for known, name in (
        (story.task_ids, "task_id"),
        (story.action_ids, "action_id"),
        (story.approval_ids, "approval_id"),
    ):
        value = event.data.get(name)
        if isinstance(value, str) and value not in known:
            known.append(value)
    if event.correlation_id not in story.task_ids and story.workflow:
        story.task_ids.append(event.correlation_id)

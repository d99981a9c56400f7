"""Owns traces: from any id back and forth to everything that led to it and followed from it."""

from dataclasses import dataclass

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.services.kernel import Kernel

_ATTEMPTS = ("task.claimed.v1", "action.started.v1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The events that belong together, by position, and the Dagster runs they went under."""

    id: str
    events: tuple[Envelope, ...]
    runs: tuple[str, ...]

    def to_json(self) -> JsonObject:
        """Return the shape of `aios trace --json`."""
        return {
            "id": self.id,
            "events": [event.to_json() for event in self.events],
            "runs": list(self.runs),
        }


def trace(kernel: Kernel, target: str) -> Trace:
    """Gather the story of an action, task, message, question, decision, fact, profile, run, event.

    Raises:
        UnknownId: nothing in this home has that id.

    """
    with kernel.ledger.view() as view:
        correlations = _correlations(view, target)
        events = {
            event.position: event
            for correlation in correlations
            for event in view.events(correlation_id=correlation)
        }
    if not events:
        raise UnknownId(
            f"There is nothing {target!r} here.",
            remedy="Take an id from: aios inbox, or aios ledger tail",
            id=target,
        )
    ordered = tuple(events[position] for position in sorted(events))
    runs = dict.fromkeys(run for event in ordered for run in _runs(event))
    return Trace(id=target, events=ordered, runs=tuple(runs))


def _correlations(view: View, target: str) -> tuple[str, ...]:
    task_id = _task_of(view, target)
    if task_id is not None:
        return _of_task(view, task_id)
    run_tasks = [row.id for row in view.select(TaskRow, run_id=target)]
    run_tasks += [row.task_id for row in view.select(ActionRow, run_id=target)]
    if run_tasks:
        gathered = (one for task in dict.fromkeys(run_tasks) for one in _of_task(view, task))
        return tuple(dict.fromkeys(gathered))
    fact = view.get(FactRow, target)
    if fact is not None and fact.task_id is not None:
        return tuple(dict.fromkeys((*_of_task(view, fact.task_id), fact.id)))
    event = view.event(target)
    if event is not None and event.correlation_id != target:
        return _correlations(view, event.correlation_id)
    return (target,)


def _task_of(view: View, target: str) -> str | None:
    if view.get(TaskRow, target) is not None:
        return target
    for kind in (ActionRow, QuestionRow, DecisionRow, MessageRow):
        row = view.get(kind, target)
        if row is not None:
            return row.task_id
    return None


def _of_task(view: View, task_id: str) -> tuple[str, ...]:
    task = view.get(TaskRow, task_id)
    if task is None:
        return (task_id,)
    cited = [
        fact
        for action in view.select(ActionRow, task_id=task_id)
        for fact in action.cited_facts
        if view.get(FactRow, fact) is not None
    ]
    profile = view.get(ProfileRow, task.profile_id)
    own = (profile.id,) if profile else ()
    return (*task.message_ids, task_id, *own, *dict.fromkeys(cited))


def _runs(event: Envelope) -> list[str]:
    """Return the runs an event went under; one that was only allocated has not run."""
    named = event.data.get("run_id") if event.type in _ATTEMPTS else None
    return [run for run in (event.run_id, named) if isinstance(run, str)]

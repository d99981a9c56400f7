"""Owns what the mirror tells: the events after a position, gathered by the run they belong to.

An event belongs to the run it happened under. What led up to a run (the message and its task before
the first decision, the operator's approval before the commit) is told with it. What belongs to no
run (a mail that was ignored, a rejection) is told without one.
"""

from dataclasses import dataclass, field
from itertools import takewhile

from aios_defs.core.envelope import Envelope
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.kernel import Kernel

CHUNK = 500
"""How many events are gathered at once: the cursor moves on between chunks."""

_NAMING = ("task.claimed.v1", "action.started.v1")
"""The events that use the run id they name."""
_ALLOCATING = "action.scheduled.v1"
"""An operator's approval names the run of the commit to come, and happens under none."""
_BEGINNING = "task.created.v1"


@dataclass(slots=True, kw_only=True)
class Story:
    """The events of one run, or of none (`run_id` empty), in order."""

    run_id: str = ""
    events: list[Envelope] = field(default_factory=list[Envelope])

    @property
    def first(self) -> int:
        """The position of the first event."""
        return self.events[0].position

    @property
    def last(self) -> Envelope:
        """The last event."""
        return self.events[-1]

    def ids(self, name: str) -> tuple[str, ...]:
        """Return the ids that the events carry under a name such as `action_id`, once each."""
        values = (event.data.get(name) for event in self.events)
        return tuple(dict.fromkeys(one for one in values if isinstance(one, str)))

    @property
    def task_ids(self) -> tuple[str, ...]:
        """The tasks it is about: those named, and those whose events these are."""
        owners = (one.correlation_id for one in self.events if not one.type.startswith(_MESSAGES))
        return tuple(dict.fromkeys((*self.ids("task_id"), *owners)))


_MESSAGES = ("message.", "interaction.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The stories of the events up to a position; `loose` happened under no run."""

    runs: tuple[Story, ...]
    loose: Story
    position: int


def next_chunk(kernel: Kernel, after: int) -> Chunk | None:
    """Return what happened after a position, a limited number of events; None for nothing."""
    with kernel.ledger.view() as view:
        events = list(view.events(after=after, limit=CHUNK))
        if not events:
            return None
        runs, loose = _gathered(events)
        told = [event for event in loose if _is_told_alone(view, event)]
    told.sort(key=lambda event: event.position)
    return Chunk(runs=runs, loose=Story(events=told), position=events[-1].position)


def lead_up(kernel: Kernel, story: Story) -> Story:
    """Return the story of a run with what led up to it: message, task, approval."""
    with kernel.ledger.view() as view:
        earlier = [one for task_id in story.task_ids for one in _before(view, task_id, story.first)]
        whole = Story(run_id=story.run_id, events=[*earlier, *story.events])
        received = [
            event
            for message_id in whole.ids("message_id")
            for event in view.events(correlation_id=message_id, upto=story.last.position)
        ]
    known = {event.position: event for event in (*received, *whole.events)}
    return Story(run_id=story.run_id, events=[known[position] for position in sorted(known)])


def run_of(event: Envelope) -> str | None:
    """Return the run that an event happened under, or None for none."""
    named = event.data.get("run_id")
    if isinstance(named, str):
        is_own = event.type == _ALLOCATING and event.run_id is None
        if is_own or event.type in _NAMING:
            return named
    return event.run_id


def _gathered(events: list[Envelope]) -> tuple[tuple[Story, ...], list[Envelope]]:
    """Gather events by run; those under none go to the next run of the same task or message."""
    stories: dict[str, Story] = {}
    waiting: dict[str, list[Envelope]] = {}
    for event in events:
        run_id = run_of(event)
        if run_id is None:
            waiting.setdefault(event.correlation_id, []).append(event)
        else:
            story = stories.setdefault(run_id, Story(run_id=run_id))
            story.events += [*waiting.pop(event.correlation_id, []), event]
    for story in stories.values():
        story.events.sort(key=lambda event: event.position)
    return tuple(stories.values()), [one for some in waiting.values() for one in some]


def _is_told_alone(view: View, event: Envelope) -> bool:
    """Return whether an event under no run is told: it is about work, and no run will tell it."""
    if event.type == _BEGINNING:
        return False
    if event.type.startswith("message."):
        message = view.get(MessageRow, event.correlation_id)
        return message is None or message.task_id is None
    return view.get(TaskRow, event.correlation_id) is not None


def _before(view: View, task_id: str, position: int) -> list[Envelope]:
    """Return the events under no run that come right before a position of a task, backwards."""
    earlier = list(view.events(correlation_id=task_id, upto=position - 1))
    return list(takewhile(lambda one: run_of(one) is None, reversed(earlier)))

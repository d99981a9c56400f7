"""Owns an event as a line for people: our sentence, what it is about, and what others wrote.

Everything that many events point at is fetched at once, so that a page costs a few queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.cards import readable
from aios_defs.services.event_words import actor_kind, is_routine, name_of, sentence
from aios_defs.services.fact_words import fact_text
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id

_NAMED: tuple[tuple[str, str, type[Row]], ...] = (
    ("action_id", "action", ActionRow),
    ("question_id", "question", QuestionRow),
    ("fact_id", "fact", FactRow),
    ("message_id", "message", MessageRow),
    ("profile_id", "profile", ProfileRow),
    ("task_id", "task", TaskRow),
)
"""What an event is about: the first of these that its data names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What one event is about; `kind` is empty when it concerns the house as a whole."""

    kind: str
    id: str


def lines(kernel: Kernel, view: View, events: Sequence[Envelope]) -> list[JsonObject]:
    """Return events as lines, in their order.

    Each is `{"id", "position", "at", "type", "actor": {"kind", "name"}, "text", "quote", "about":
    {"kind", "id"} or None, "task_id", "workflow", "person": {"id", "name"} or None, "run_id",
    "is_routine"}`. `quote` comes from outside or from the operator; the rest is ours, but a
    person's name.
    """
    abouts = [_about(event) for event in events]
    rows = _rows(view, abouts)
    tasks = by_id(view, TaskRow, (_task_id(one, rows) for one in zip(events, abouts, strict=True)))
    people = by_id(view, ProfileRow, (_person_id(event, tasks) for event in events))
    return [
        {
            "id": event.id,
            "position": event.position,
            "at": rfc3339(event.time),
            "type": name_of(event.type),
            "actor": {"kind": actor_kind(event.actor), "name": event.actor},
            "text": sentence(event),
            "quote": _quote(kernel, rows.get((about.kind, about.id))),
            "about": {"kind": about.kind, "id": about.id} if about.kind else None,
            **_context(kernel, event, tasks, people),
            "is_routine": is_routine(event),
        }
        for event, about in zip(events, abouts, strict=True)
    ]


def _about(event: Envelope) -> _About:
    fact = event.data.get("fact")
    data = {**event.data, **(fact if isinstance(fact, dict) else {})}
    if event.type.startswith("fact."):
        return _About(kind="fact", id=str(data.get("fact_id")))
    found = ((kind, data.get(field)) for field, kind, _ in _NAMED)
    return next(
        (_About(kind=kind, id=str(one)) for kind, one in found if one), _About(kind="", id="")
    )


def _rows(view: View, abouts: Sequence[_About]) -> dict[tuple[str, str], Row]:
    found: dict[tuple[str, str], Row] = {}
    for _, kind, row_kind in _NAMED:
        wanted = (one.id for one in abouts if one.kind == kind)
        found.update(((kind, key), row) for key, row in by_id(view, row_kind, wanted).items())
    return found


def _task_id(event_about: tuple[Envelope, _About], rows: dict[tuple[str, str], Row]) -> str:
    event, about = event_about
    row = rows.get((about.kind, about.id))
    of_message = row.task_id if isinstance(row, MessageRow) else None
    return str(event.data.get("task_id") or of_message or event.correlation_id)


def _person_id(event: Envelope, tasks: dict[str, TaskRow]) -> str | None:
    task = tasks.get(event.correlation_id)
    return event.subject or (task.profile_id if task else None)


def _context(
    kernel: Kernel, event: Envelope, tasks: dict[str, TaskRow], people: dict[str, ProfileRow]
) -> JsonObject:
    named = str(event.data.get("task_id") or event.correlation_id)
    task = tasks.get(named)
    person = people.get(_person_id(event, tasks) or "")
    workflow = task.workflow if task else event.data.get("workflow")
    return {
        "task_id": task.id if task else None,
        "workflow": workflow,
        "person": {"id": person.id, "name": readable(kernel, person.name)} if person else None,
        "run_id": event.run_id,
    }


def _quote(kernel: Kernel, row: Row | None) -> JsonValue:
    sealed: Sealed | None = None
    match row:
        case FactRow():
            return fact_text(kernel, row)
        case ActionRow():
            sealed = row.summary
        case QuestionRow():
            sealed = row.text
        case MessageRow():
            sealed = row.heading
        case _:
            pass
    return readable(kernel, sealed) if sealed else None

"""Owns the timeline: everything that happened, newest first, by filters and pages of positions.

A page never reads the whole log: it looks back in windows that grow while they hold little, up to a
bound, and says where to look further. Every event is on exactly one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.events.registry import known_types
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.event_lines import lines
from aios_defs.services.event_words import GROUPS, actor_kind, types_of
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import values_by_id
from aios_defs.services.trace import trace

PAGE = 100
"""How many events a page holds, the folded ones included."""
ACTORS = ("operator", "agent", "system")
_FIRST_WINDOW, _LAST_WINDOW = 256, 4096
_READ_AT_MOST = 6000
"""How many events a page reads that its filter drops; a filter by type drops them in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show; empty means everything. `before` is a position, None the newest.

    `is_flat` shows routine steps as entries of their own.
    """

    group: str = ""
    workflow: str = ""
    actor: str = ""
    person: str = ""
    id: str = ""
    before: int | None = None
    is_flat: bool = False


def timeline(kernel: Kernel, wanted: Wanted, *, size: int = PAGE) -> JsonObject:
    """Return a page of the timeline.

    Shape: `entries` (newest first, as `event_lines.lines`, each with `folded`: the routine steps
    around it, newest first), `older` (the `before` of the next page, or None), `looked_to` (the
    oldest position this page looked at), `head`, and `filters` (what there is to choose from).

    Raises:
        UsageInvalid: there is no such group or actor.
        UnknownId: nothing has that id.

    """
    _check(wanted)
    with kernel.ledger.view() as view:
        head = view.head().position
        start = head if wanted.before is None else min(head, wanted.before - 1)
        events, looked_to = _page(kernel, view, wanted, start, size)
        shown = lines(kernel, view, events)
        entries = [{**one, "folded": []} for one in shown] if wanted.is_flat else folded(shown)
    return {
        "entries": list[JsonValue](entries),
        "older": looked_to if looked_to > 1 else None,
        "looked_to": looked_to,
        "head": head,
        "filters": {
            "groups": list[JsonValue](GROUPS),
            "actors": list[JsonValue](ACTORS),
            "workflows": [one.name for one in kernel.business.workflows],
        },
    }


def folded(shown: Sequence[JsonObject]) -> list[JsonObject]:
    """Return lines as entries: the routine ones stand under another line of their task.

    That is the next newer one, else the next older one; a task that shows nothing but routine on
    this page is one entry, headed by its newest step.
    """
    telling = {str(line["task_id"]) for line in shown if not line["is_routine"]}
    heads: dict[str, list[JsonValue]] = {}
    early: dict[str, list[JsonValue]] = {}
    entries: list[JsonObject] = []
    for line in shown:
        task = str(line["task_id"])
        has_home = line["task_id"] is not None and (task in heads or task in telling)
        if line["is_routine"] and has_home:
            (heads if task in heads else early).setdefault(task, []).append(line)
            continue
        heads[task] = early.pop(task, [])
        entries.append({**line, "folded": heads[task]})
    return entries


def _check(wanted: Wanted) -> None:
    for name, value, known in (
        ("group", wanted.group, tuple(GROUPS)),
        ("actor", wanted.actor, ACTORS),
    ):
        if value and value not in known:
            raise UsageInvalid(
                f"There is no {name} {value!r}.", remedy=f"There are: {', '.join(known)}."
            )


def _page(
    kernel: Kernel, view: View, wanted: Wanted, start: int, size: int
) -> tuple[list[Envelope], int]:
    """Return a page's events, newest first, and the oldest position it looked at."""
    types = types_of(wanted.group, known_types()) if wanted.group else ()
    if wanted.id or wanted.person:
        gathered = _gathered(kernel, view, wanted)
        meant = [one for one in gathered if one.position <= start and _is_of(one, types)]
        kept = _keep(view, wanted, meant)[::-1][:size]
        return kept, kept[-1].position if len(kept) == size else 1
    return _looked_back(view, wanted, types, start, size)


def _looked_back(
    view: View, wanted: Wanted, types: tuple[str, ...], start: int, size: int
) -> tuple[list[Envelope], int]:
    found: list[Envelope] = []
    upto, window, read = start, _FIRST_WINDOW, 0
    while upto > 0 and len(found) < size and read < _READ_AT_MOST:
        after = max(0, upto - window)
        events = list(view.events(after=after, upto=upto, types=types))
        found += _keep(view, wanted, events)[::-1]
        upto, window, read = after, min(window * 2, _LAST_WINDOW), read + len(events)
    if len(found) > size:
        return found[:size], found[size - 1].position
    return found, upto + 1


def _is_of(event: Envelope, types: tuple[str, ...]) -> bool:
    return not types or event.type in types


def _keep(view: View, wanted: Wanted, events: Sequence[Envelope]) -> list[Envelope]:
    """Return the events that the filters of actor and workflow let through."""
    kept = [one for one in events if not wanted.actor or actor_kind(one.actor) == wanted.actor]
    if not wanted.workflow:
        return kept
    owners = values_by_id(view, TaskRow, "workflow", (one.correlation_id for one in kept))
    return [
        one
        for one in kept
        if owners.get(one.correlation_id, one.data.get("workflow")) == wanted.workflow
    ]


def _gathered(kernel: Kernel, view: View, wanted: Wanted) -> list[Envelope]:
    """Return all events of an id or a person, oldest first; of both, those of both."""
    by_position: dict[int, Envelope] = {}
    if wanted.person:
        for correlation in person_correlations(view, wanted.person):
            by_position |= {one.position: one for one in view.events(correlation_id=correlation)}
    if wanted.id:
        of_id = {one.position: one for one in trace(kernel, wanted.id).events}
        both = of_id.keys() & by_position.keys() if wanted.person else of_id.keys()
        by_position = {position: of_id[position] for position in both}
    return [by_position[position] for position in sorted(by_position)]


def person_correlations(view: View, profile_id: str) -> tuple[str, ...]:
    """Return what the events of a person are gathered by: the profile, its tasks and messages."""
    whose = members(view, profile_id)
    rows = view.select(InteractionRow, profile_id=whose)
    threads = tuple({row.thread_id for row in rows})
    tasks = view.select(TaskRow, thread_id=threads, profile_id=whose) if threads else []
    messages = [row.message_id for row in rows if row.message_id]
    return tuple(dict.fromkeys((*whose, *(task.id for task in tasks), *messages)))

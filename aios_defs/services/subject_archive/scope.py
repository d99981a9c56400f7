"""Owns what the archive of a subject is made from: whose it is, and where each thing comes from.

One reading of the ledger finds the subject's events, by what they are about, and the packs that
held something of it. Whatever is somebody else's is not read.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import KeyErased, KeyMissing
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef
from aios_defs.services.erasure.keys import Belongings, belongings
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import chunks

Progress = Callable[[str, int, int], None]
"""Told how far the reading is: what is read, how many are behind, how many there are."""
R = TypeVar("R", bound=Row)
_PACKED = "context.packed.v1"
_TOLD_EACH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A subject and what is its own.

    `tasks` are by id, `events` in order, `packs` the events of packs that were made for the subject
    or held something of it. `told` keeps the events that were looked up besides.
    """

    kernel: Kernel
    view: View
    found: Belongings
    tasks: Mapping[str, TaskRow]
    events: tuple[Envelope, ...]
    packs: tuple[Envelope, ...]
    progress: Progress
    told: dict[str, Envelope | None]

    def source(self, event_id: str | None) -> JsonValue:
        """Return an event as a source, `{"event_id", "position", "at"}`; None without one."""
        if event_id is None:
            return None
        if event_id not in self.told:
            self.told[event_id] = self.view.event(event_id)
        event = self.told[event_id]
        return source_of(event) if event is not None else None

    def text(self, sealed: Sealed | None) -> JsonValue:
        """Return a sealed text, or `{"erased": event id}`."""
        return None if sealed is None else self._opened(lambda: self.kernel.vault.open(sealed))

    def value(self, sealed: Sealed | BlobRef) -> JsonValue:
        """Return a sealed JSON value, or `{"erased": event id}`."""
        if isinstance(sealed, Sealed):
            return self._opened(lambda: self.kernel.open_json(sealed))
        return self._opened(lambda: json.loads(self.view.blob(sealed)))

    def of_tasks(self, kind: type[R]) -> list[R]:
        """Return the rows of a kind that belong to the subject's tasks."""
        return [row for some in chunks(self.tasks) for row in self.view.select(kind, task_id=some)]

    def _opened(self, reading: Callable[[], JsonValue]) -> JsonValue:
        try:
            return reading()
        except (KeyErased, KeyMissing) as error:
            return erased(error)


def source_of(event: Envelope) -> JsonObject:
    """Return where something stands in the ledger: its event, position and time."""
    return {"event_id": event.id, "position": event.position, "at": rfc3339(event.time)}


def erased(error: KeyErased | KeyMissing) -> JsonObject:
    """Return what stands in the place of text that nobody can read any more.

    `erased` is the event that did it; None where only the key is missing.
    """
    event_id = error.fields.get("event_id") if isinstance(error, KeyErased) else None
    return {"erased": str(event_id) if event_id else None}


def scope_of(kernel: Kernel, view: View, profile_id: str, progress: Progress) -> Scope:
    """Return the scope of a subject: of all profiles that are one with it."""
    found = belongings(kernel, view, profile_id)
    tasks = {row.id: row for row in view.select(TaskRow, profile_id=found.profiles)}
    facts = view.column(FactRow, "id", subject_id=found.profiles)
    about = {*found.profiles, *found.messages, *tasks, *facts}
    events, packs = _read(view, about, frozenset(found.refs), progress)
    return Scope(
        kernel=kernel,
        view=view,
        found=found,
        tasks=tasks,
        events=tuple(events),
        packs=tuple(packs),
        progress=progress,
        told={event.id: event for event in (*events, *packs)},
    )


def _read(
    view: View, about: set[str], refs: frozenset[SubjectRef], progress: Progress
) -> tuple[list[Envelope], list[Envelope]]:
    """Return the events about the subject, and those of packs with something of it."""
    events: list[Envelope] = []
    packs: list[Envelope] = []
    last = view.head().position
    for event in view.events(upto=last):
        is_own = _is_about(event, about)
        if is_own:
            events.append(event)
        if event.type == _PACKED and (is_own or refs & set(_pack_refs(event.data))):
            packs.append(event)
        if event.position % _TOLD_EACH == 0 or event.position == last:
            progress("events", event.position, last)
    return events, packs


def _is_about(event: Envelope, about: set[str]) -> bool:
    named = (event.subject, event.correlation_id, event.stream.partition("-")[2])
    return any(one in about for one in named)


def _pack_refs(data: JsonObject) -> Iterable[SubjectRef]:
    items = data["items"]
    for one in items if isinstance(items, list) else ():
        blob = one.get("blob") if isinstance(one, dict) else None
        if isinstance(blob, dict):
            yield SubjectRef(str(blob["subject_ref"]))

"""Owns the events of imports of contacts, calendars, tables and notes as memory."""

from typing import Annotated

from pydantic import Field

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.sealed import BlobRef, Sealed


def _is_none(value: object) -> bool:
    return value is None


@event("memory.import_started.v1")
class MemoryImportStarted(EventData):
    """An import of a file began; all that it teaches names this event as its cause.

    `kind` is vcard, table, calendar or notes; `source` the keyed hash of which file it reads,
    `name` its sealed name.
    """

    import_id: str
    kind: str
    source: str
    name: Sealed


@event("memory.import_completed.v1")
class MemoryImportCompleted(EventData):
    """An import came to the end of its file; `counts` are entries by what became of them."""

    import_id: str
    counts: dict[str, int]


@event("memory.line_quarantined.v1")
class MemoryLineQuarantined(EventData):
    """An entry of a file could not be taken; its text is kept, with place, reason and remedy.

    `sealed_place` is under the key of the text, since a file's name may name somebody. Before there
    was one, `place` had it in the clear; it is empty since.
    """

    line_id: str
    import_id: str
    place: str
    reason: str
    remedy: str
    raw: BlobRef
    sealed_place: Annotated[Sealed | None, Field(exclude_if=_is_none)] = None


@event("memory.import_undone.v1")
class MemoryImportUndone(EventData):
    """All that an import taught was taken back; `interactions` are those that it had recorded."""

    import_id: str
    interactions: tuple[str, ...]

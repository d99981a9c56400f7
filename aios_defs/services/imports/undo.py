"""Owns taking back all that one import taught, at once, and the list of imports.

Facts hold no more, and what they replaced holds again. A profile is what it would be had the import
never been: its events are folded once more without those of the import. One that nothing else knows
is listed nowhere; one that was met since stays, as a stranger.
"""

from collections.abc import Iterator

from aios_defs.core.envelope import Draft, Envelope
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.imports import MemoryImportCompleted, MemoryImportUndone
from aios_defs.core.events.messages import InteractionRecorded
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.imports import ImportLineRow, ImportRow
from aios_defs.services.cards import readable
from aios_defs.services.fact_rollback import untaught
from aios_defs.services.imports.reverting import revert
from aios_defs.services.kernel import Kernel

_SHOWN = 200


def undo(kernel: Kernel, import_id: str) -> JsonObject:
    """Take back what an import taught; returns `{"id", "profiles", "facts", "interactions"}`.

    Idempotent in its parts: one that was killed in between is undone by the same call.

    Raises:
        UnknownId: there is no such import.
        TransitionRefused: it was undone already.

    """
    with kernel.ledger.view() as view:
        row = _known(view, import_id)
    if row.state == "undone":
        raise TransitionRefused(
            f"Import {import_id} was undone already.",
            remedy="Import the file again to have it back.",
            state="undone",
        )
    facts = _untaught(kernel, import_id)
    kernel.points.reached("past.facts_untaught")
    with kernel.ledger.transaction(actor="operator") as tx:
        taught = list(_taught(tx, row))
        spoken = (one for one in taught if one.type == InteractionRecorded.type)
        met = tuple(str(one.data["interaction_id"]) for one in spoken)
        undone = MemoryImportUndone(import_id=import_id, interactions=met)
        tx.append(Draft(stream=f"import-{import_id}", data=undone, correlation_id=import_id))
        profiles = sorted({str(one.data["profile_id"]) for one in taught if _is_of_profile(one)})
        for one in profiles:
            revert(tx, one, import_id)
    counts: dict[str, JsonValue] = {"profiles": len(profiles), "facts": facts}
    return {"id": import_id, **counts, "interactions": len(met)}


def _untaught(kernel: Kernel, import_id: str) -> int:
    try:
        return len(untaught(kernel, import_id).retracted)
    except UnknownId:
        return 0


def _taught(tx: Transaction, row: ImportRow) -> Iterator[Envelope]:
    """Yield the events that the import caused, but for facts, which name it themselves."""
    for event in tx.events(after=row.position):
        if event.causation_id == row.event_id:
            yield event


def _is_of_profile(event: Envelope) -> bool:
    return event.type.startswith("profile.") and "duplicate_id" not in event.data


def imports(kernel: Kernel) -> list[JsonObject]:
    """Return the imports into memory, oldest first.

    Each is `{"id", "kind", "name", "state", "at", "counts", "quarantined"}`; `counts` are empty
    for one that did not come to its end.
    """
    with kernel.ledger.view() as view:
        rows = view.select(ImportRow, order="position")
        return [_line(kernel, view, row) for row in rows]


def imported(kernel: Kernel, import_id: str) -> JsonObject:
    """Return one import with the entries that could not be taken, at most 200.

    Each is `{"id", "place", "reason", "remedy", "text"}`. Raises UnknownId.
    """
    with kernel.ledger.view() as view:
        row = _known(view, import_id)
        lines = view.select(ImportLineRow, import_id=import_id, order="position", limit=_SHOWN)
        shown: list[JsonValue] = [
            {
                "id": one.id,
                "place": one.place,
                "reason": one.reason,
                "remedy": one.remedy,
                "text": view.blob(one.raw).decode(errors="replace"),
            }
            for one in lines
        ]
        return {**_line(kernel, view, row), "lines": shown}


def _line(kernel: Kernel, view: View, row: ImportRow) -> JsonObject:
    began = view.event(row.event_id)
    done = list(view.events(stream=f"import-{row.id}", types=(MemoryImportCompleted.type,)))
    return {
        "id": row.id,
        "kind": row.kind,
        "name": readable(kernel, row.name),
        "state": row.state,
        "at": rfc3339(began.time) if began else None,
        "counts": done[-1].data["counts"] if done else {},
        "quarantined": view.count(ImportLineRow, import_id=row.id),
    }


def _known(view: View, import_id: str) -> ImportRow:
    row = view.get(ImportRow, import_id)
    if row is None:
        raise UnknownId(
            f"There is no import {import_id!r}.",
            remedy="See: aios memory import --list",
            id=import_id,
        )
    return row

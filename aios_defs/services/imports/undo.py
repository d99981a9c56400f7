"""Owns taking back all that one import taught, at once, and the list of imports.

Facts hold no more, and what they replaced holds again. A profile is what it would be had the import
never been: its events are folded once more without those of the import. One that nothing else knows
is listed nowhere; one that was met since stays, as a stranger.
"""

from dataclasses import dataclass

from aios_defs.core.envelope import Draft, Envelope
from aios_defs.core.errors import KeyErased, TransitionRefused, UnknownId
from aios_defs.core.events.imports import MemoryImportCompleted, MemoryImportUndone
from aios_defs.core.events.messages import InteractionRecorded
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.imports import ImportLineRow, ImportRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.fact_rollback import Taught, taught_by, untaught
from aios_defs.services.imports.places import place_of
from aios_defs.services.imports.reverting import revert
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import dismiss

_SHOWN = 200
_LEAST = 6
"""How many letters of an id name an import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking an import back would do: its facts, whom it taught something of, what was said.

    `profiles` are the names of those that are then what they would be without it, at most 200 of
    all `profile_count`; some may be listed nowhere any more.
    """

    import_id: str
    facts: Taught
    profiles: tuple[str, ...]
    profile_count: int
    interactions: int


def look(kernel: Kernel, import_id: str) -> Taken:
    """Return what `undo` would do; writes nothing. Raises as it does."""
    with kernel.ledger.view() as view:
        row = _undoable(view, import_id)
        met, profiles = _caused(view, row)
        try:
            facts = taught_by(view, import_id)
        except UnknownId:
            facts = Taught(source=import_id, retracted=(), kept=(), restored=())
        rows = (view.get(ProfileRow, one) for one in profiles[:_SHOWN])
        names = tuple(readable(kernel, one.name) for one in rows if one is not None)
        return Taken(
            import_id=import_id,
            facts=facts,
            profiles=names,
            profile_count=len(profiles),
            interactions=len(met),
        )


def undo(kernel: Kernel, import_id: str) -> JsonObject:
    """Take back what an import taught; returns `{"id", "profiles", "facts", "interactions"}`.

    Idempotent in its parts: one that was killed in between is undone by the same call.

    Raises:
        UnknownId: there is no such import.
        TransitionRefused: it was undone already.

    """
    with kernel.ledger.view() as view:
        row = _undoable(view, import_id)
    facts = _untaught(kernel, import_id)
    kernel.points.reached("past.facts_untaught")
    with kernel.ledger.transaction(actor="operator") as tx:
        met, profiles = _caused(tx, row)
        undone = MemoryImportUndone(import_id=import_id, interactions=met)
        tx.append(Draft(stream=f"import-{import_id}", data=undone, correlation_id=import_id))
        # whom nobody belongs to first: a company stays while somebody does
        for one in sorted(profiles, key=lambda each: tx.count(ProfileRow, company_id=each)):
            revert(tx, one, import_id)
        dismiss(tx, "import", import_id)
    counts: dict[str, JsonValue] = {"profiles": len(profiles), "facts": facts}
    return {"id": import_id, **counts, "interactions": len(met)}


def _untaught(kernel: Kernel, import_id: str) -> int:
    try:
        return len(untaught(kernel, import_id).retracted)
    except UnknownId:
        return 0


def _caused(view: View, row: ImportRow) -> tuple[tuple[str, ...], list[str]]:
    """Return the interactions that an import recorded, and the profiles it taught something of.

    Facts name their import themselves.
    """
    caused = (one for one in view.events(after=row.position) if one.causation_id == row.event_id)
    met: list[str] = []
    profiles: set[str] = set()
    for event in caused:
        if event.type == InteractionRecorded.type:
            met.append(str(event.data["interaction_id"]))
        if _is_of_profile(event):
            profiles.add(str(event.data["profile_id"]))
    return tuple(met), sorted(profiles)


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


def import_of(kernel: Kernel, given: str) -> str | None:
    """Return the one import that an id, or the beginning or end of one, means, or None."""
    with kernel.ledger.view() as view:
        ids = view.column(ImportRow, "id")
    found = [one for one in ids if one.endswith(given) or one.startswith(given)]
    return found[0] if len(given) >= _LEAST and len(found) == 1 else None


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
                "place": place_of(kernel, view, one),
                "reason": one.reason,
                "remedy": one.remedy,
                "text": _text(view, one),
            }
            for one in lines
        ]
        return {**_line(kernel, view, row), "lines": shown}


def _text(view: View, line: ImportLineRow) -> str:
    try:
        return view.blob(line.raw).decode(errors="replace")
    except KeyErased:
        return "(erased)"


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


def _undoable(view: View, import_id: str) -> ImportRow:
    row = _known(view, import_id)
    if row.state == "undone":
        raise TransitionRefused(
            f"Import {import_id} was undone already.",
            remedy="Import the file again to have it back.",
            state="undone",
        )
    return row


def _known(view: View, import_id: str) -> ImportRow:
    row = view.get(ImportRow, import_id)
    if row is None:
        raise UnknownId(
            f"There is no import {import_id!r}.",
            remedy="See: aios memory import --list",
            id=import_id,
        )
    return row

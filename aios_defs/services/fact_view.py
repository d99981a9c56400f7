"""Owns one fact as the operator looks at it: value, provenance, history, who cites it, its acts."""

from aios_defs.core.business import DurableFact
from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import EvidenceRow, FactRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.correcting import can_correct
from aios_defs.services.event_words import sentence
from aios_defs.services.fact_lines import fact_line, source_of_fact
from aios_defs.services.fact_words import said, topic_of, value_text
from aios_defs.services.facts import Key, versions
from aios_defs.services.kernel import Kernel

_CITING_SHOWN = 50


def fact_view(kernel: Kernel, fact_id: str) -> JsonObject:
    """Return a fact.

    Shape: `fact_line` and `subject`, `valid_from`, `valid_to`, `source` (as `_source`), `history`
    (every version of it, oldest first, each with its `story`), `evidence` (who said the same
    again), `cited_by` (newest first), `file`
    (None, or what the business file says of it now, and who wins), `acts`.

    Raises:
        UnknownId: there is no such fact.

    """
    with kernel.ledger.view() as view:
        row = view.get(FactRow, fact_id)
        if row is None:
            raise UnknownId(f"There is no fact {fact_id!r}.", remedy="See: /people", id=fact_id)
        every = versions(view, Key.of(row))
        return {
            **fact_line(kernel, row),
            "subject": _subject(kernel, view, row),
            "source": source_of_fact(kernel, view, row),
            "history": [_version(kernel, view, one) for one in every],
            "evidence": _evidence(view, row),
            "cited_by": _citing(kernel, view, row.id),
            "file": _file(kernel, every),
            "acts": _acts(row, every),
        }


def house_facts(kernel: Kernel) -> list[JsonValue]:
    """Return the facts of the house that stand or are disputed, by topic.

    Each is a `fact_line` with its `source`.
    """
    with kernel.ledger.view() as view:
        rows = view.select(FactRow, subject_id=None, state=("asserted", "disputed"))
        rows.sort(key=lambda row: (topic_of(kernel, row) or "", row.predicate, row.position))
        return [
            {**fact_line(kernel, row), "source": source_of_fact(kernel, view, row)} for row in rows
        ]


def _subject(kernel: Kernel, view: View, row: FactRow) -> JsonValue:
    profile = view.get(ProfileRow, row.subject_id) if row.subject_id else None
    return {"id": profile.id, "name": readable(kernel, profile.name)} if profile else None


def _version(kernel: Kernel, view: View, row: FactRow) -> JsonObject:
    events = view.events(stream=f"fact-{row.id}")
    story: list[JsonValue] = [
        {
            "text": sentence(event),
            "at": rfc3339(event.time),
            "by": event.actor,
            "position": event.position,
        }
        for event in events
    ]
    return {
        **fact_line(kernel, row),
        "source": source_of_fact(kernel, view, row),
        "story": story,
    }


def _evidence(view: View, row: FactRow) -> list[JsonValue]:
    found: list[JsonValue] = []
    for one in view.select(EvidenceRow, fact_id=row.id, order="position"):
        said = view.event(one.id)
        if said is not None:
            found.append(
                {
                    "by": one.author,
                    "at": rfc3339(said.time),
                    "event_id": one.source_event,
                    "import_id": one.import_id,
                }
            )
    return found


def _citing(kernel: Kernel, view: View, fact_id: str) -> list[JsonValue]:
    """Return the latest actions that cite a fact; only ids are read of the others."""
    rows = view.tally(ActionRow, "created_at", "id", "cited_facts")
    found = sorted((one[:2] for one in rows if fact_id in one[2]), reverse=True)
    cited: list[JsonValue] = []
    for _, action_id in found[:_CITING_SHOWN]:
        row = view.get(ActionRow, action_id)
        if row is not None:
            cited.append(
                {
                    "action_id": row.id,
                    "operation": row.operation,
                    "state": str(row.state),
                    "summary": readable(kernel, row.summary),
                    "at": rfc3339(row.created_at),
                }
            )
    return cited


def _file(kernel: Kernel, versions: list[FactRow]) -> JsonValue:
    """Return what the business file says of a fact of the house, and whose word stands."""
    latest = versions[-1]
    entry = _entry(kernel, latest) if latest.subject_id is None else None
    if entry is None:
        return None
    text = said(kernel, entry.value)
    current = next((one for one in reversed(versions) if one.state == "asserted"), None)
    is_same = current is not None and value_text(kernel, current) == text
    if is_same:
        note = "The file and the fact say the same. A changed line there replaces the fact."
    else:
        note = (
            "Your word stands as long as this line stays as it is: AIOS does not bring it back. "
            "Put the line right too, so that file and memory say the same; a changed line is the "
            "newer word and replaces the fact."
        )
    return {"file": "business/facts.yaml", "value": text, "is_same": is_same, "note": note}


def _entry(kernel: Kernel, row: FactRow) -> DurableFact | None:
    names = (row.topic, row.predicate)
    found = (one for one in kernel.business.facts if (one.topic, one.predicate) == names)
    return next(found, None)


def _acts(row: FactRow, every: list[FactRow]) -> list[JsonValue]:
    has_other = any(one.state == "asserted" and one.id != row.id for one in every)
    acts: list[JsonValue] = []
    if can_correct(row) and not (row.state == "retracted" and has_other):
        acts.append("correct")
    if row.state in ("asserted", "proposed", "disputed"):
        acts.append("retract")
    if row.asserted_position is not None and row.state in ("superseded", "retracted"):
        acts.append("rollback")
    return acts

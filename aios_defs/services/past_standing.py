"""Owns where an import stands: what is accounted for, by what became of it, and from where on.

The row is operational: without it a source is read again, and what is known makes no event.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.messages import ImportCompleted, ImportStarted
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.past import PastSource
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.kernel import Kernel

_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One import of one source.

    `state` is the source's when it began, `after` the position behind what is accounted for,
    `counts` the messages by what became of them, `cause` the event that began it (empty: nothing
    was kept yet). `is_resumed` and `is_changed` say how it found the one before: unfinished, or
    made of a source that was another then. `seen` is its row as it was last read or written.
    """

    import_id: str
    row: str
    connector: str
    kind: str
    source: str
    state: str
    after: str = ""
    cause: str = ""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    is_done: bool = False
    is_resumed: bool = False
    is_changed: bool = False
    seen: str = ""

    def started(self, tx: Transaction) -> "Standing":
        """Append the event that an import began, once."""
        if self.cause:
            return self
        data = ImportStarted(
            import_id=self.import_id,
            connector=self.connector,
            kind=self.kind,
            source=self.source,
        )
        return replace(self, cause=tx.append(_draft(self, data), expect=0).id)

    def moved(self, after: str, outcomes: Mapping[str, int]) -> "Standing":
        """Return it behind a position, with what became of the messages before it."""
        counts = dict(Counter(self.counts) + Counter(outcomes))
        return replace(self, after=after, counts=counts)

    @property
    def messages(self) -> int:
        """How many messages are accounted for."""
        return sum(self.counts.values())


def begin(kernel: Kernel, source: PastSource, connector: str) -> Standing:
    """Return where an import of a source goes on; writes nothing."""
    name = kernel.vault.digest("past", source.name, connector)
    fresh = Standing(
        import_id=kernel.ids.new(),
        row=f"past:{name}",
        connector=connector,
        kind=source.kind,
        source=name,
        state=source.state(),
    )
    with kernel.ledger.view() as view:
        row = view.get(CursorRow, fresh.row)
    if row is None:
        return fresh
    former, seen = Standing(**json.loads(row.value)), row.value
    if former.state != fresh.state:
        return replace(fresh, is_changed=True, seen=seen)
    if former.is_done:
        return replace(fresh, after=former.after, seen=seen)
    return replace(former, is_resumed=True, seen=seen)


def refuse_if_moved(tx: Transaction, standing: Standing) -> None:
    """Raise TransitionRefused when another process imports the same source meanwhile."""
    row = tx.get(CursorRow, standing.row)
    if (row.value if row else "") == standing.seen:
        return
    raise TransitionRefused(
        "Another import of this mailbox is under way.",
        remedy="Wait until it is done, or end it; then import again.",
        state="busy",
    )


def keep(tx: Transaction, standing: Standing) -> Standing:
    """Write down where an import stands; returns it."""
    value = json.dumps(asdict(replace(standing, seen="")))
    tx.put(CursorRow(name=standing.row, value=value))
    return replace(standing, seen=value)


def complete(kernel: Kernel, standing: Standing) -> Standing:
    """Write down that an import came to its end, with an event if it brought anything."""
    if not standing.counts:
        return replace(standing, is_done=True)
    with kernel.ledger.transaction(actor="import") as tx:
        refuse_if_moved(tx, standing)
        if standing.cause:
            counts = dict(standing.counts)
            tx.append(
                _draft(standing, ImportCompleted(import_id=standing.import_id, counts=counts))
            )
        return keep(tx, replace(standing, is_done=True))


def imports(kernel: Kernel) -> list[JsonObject]:
    """Return the imports that brought something, oldest first.

    Each is `{"id", "connector", "kind", "started_at", "is_complete", "counts"}`; of one that was
    broken off the counts are as far as it came.
    """
    found: dict[str, JsonObject] = {}
    with kernel.ledger.view() as view:
        for event in view.events(types=("import.started.v1", "import.completed.v1")):
            key = str(event.data["import_id"])
            if event.type == "import.started.v1":
                found[key] = {
                    "id": key,
                    "connector": event.data["connector"],
                    "kind": event.data["kind"],
                    "started_at": rfc3339(event.time),
                    "is_complete": False,
                    "counts": _counts_so_far(view, event.data, key),
                }
            elif key in found:
                found[key] |= {"is_complete": True, "counts": event.data["counts"]}
    return list(found.values())


def _counts_so_far(view: View, data: JsonObject, import_id: str) -> JsonObject:
    row = view.get(CursorRow, f"past:{data['source']}")
    stored: JsonObject = json.loads(row.value) if row else {}
    counts = stored.get("counts")
    return counts if stored.get("import_id") == import_id and isinstance(counts, dict) else {}


def imported(kernel: Kernel, import_id: str, *, skip: int = 0) -> JsonObject:
    """Return one import with a page of the messages that it brought, oldest first.

    Shape: as `imports`, with `messages` (each `id`, `stored_at`, `state`, `reason`, `bytes`) and
    `more` (the `skip` of the next page, or None). Raises UnknownId.
    """
    found = next((one for one in imports(kernel) if one["id"] == import_id), None)
    if found is None:
        raise UnknownId(
            f"There is no import {import_id!r}.", remedy="See: aios import list", id=import_id
        )
    with kernel.ledger.view() as view:
        start = next(iter(view.events(stream=f"import-{import_id}", limit=1)))
        brought = [
            str(event.data["message_id"])
            for event in view.events(after=start.position, types=("message.received.v1",))
            if event.causation_id == start.id
        ]
        rows = [view.get(MessageRow, one) for one in brought[skip : skip + _SHOWN]]
        more = skip + _SHOWN if len(brought) > skip + _SHOWN else None
        return {**found, "messages": [_shown(row) for row in rows if row], "more": more}


def is_past(view: View, message: MessageRow) -> bool:
    """Return whether a message was brought by an import."""
    received = view.event(message.event_id)
    cause = view.event(received.causation_id) if received and received.causation_id else None
    return cause is not None and cause.type == ImportStarted.type


def _shown(row: MessageRow) -> JsonObject:
    return {
        "id": row.id,
        "stored_at": rfc3339(row.stored_at),
        "state": row.state,
        "reason": row.reason,
        "bytes": row.raw.size,
    }


def _draft(standing: Standing, data: ImportStarted | ImportCompleted) -> Draft:
    return Draft(
        stream=f"import-{standing.import_id}", data=data, correlation_id=standing.import_id
    )

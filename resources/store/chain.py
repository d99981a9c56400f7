"""Owns how a draft becomes the next link of the log."""

from dataclasses import dataclass, replace
from datetime import datetime

from aios_defs.core.envelope import Draft, Envelope, Head, envelope_hash
from aios_defs.core.events.registry import EventData, UnknownEvent
from aios_defs.core.model import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who writes, when, and in which run: the defaults of a unit of work."""

    actor: str
    run_id: str | None
    now: datetime


def chained(draft: Draft, origin: Origin, *, event_id: str, head: Head, sequence: int) -> Envelope:
    """Return the draft as the event that follows `head`."""
    type_name, data = _stored(draft.data)
    envelope = Envelope(
        id=event_id,
        position=head.position + 1,
        stream=draft.stream,
        sequence=sequence,
        type=type_name,
        time=origin.now,
        actor=draft.actor or origin.actor,
        subject=draft.subject,
        correlation_id=draft.correlation_id,
        causation_id=draft.causation_id,
        run_id=draft.run_id or origin.run_id,
        data=data,
        prev_hash=head.hash,
        hash="",
    )
    return replace(envelope, hash=envelope_hash(envelope))


def _stored(data: EventData) -> tuple[str, JsonObject]:
    if isinstance(data, UnknownEvent):
        return data.original_type, data.data
    return data.type, data.model_dump(mode="json")

"""Owns how a draft becomes the next link of the log."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.envelope import Draft, Envelope, Head
from aios_defs.core.events.registry import EventData, UnknownEvent
from aios_defs.core.model import JsonObject, rfc3339

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who writes, when, and in which run: the defaults of a unit of work."""

    actor: str
    run_id: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """An event with the canonical text of its data, which is stored and hashed."""

    envelope: Envelope
    data_text: str


def chained(draft: Draft, origin: Origin, *, event_id: str, head: Head, sequence: int) -> Link:
    """Return the draft as the event that follows `head`."""
    type_name, data = _stored(draft.data)
    position = head.position + 1
    actor = draft.actor or origin.actor
    run_id = draft.run_id or origin.run_id
    data_text = canonical_bytes(data).decode()
    before = {
        "actor": actor,
        "causation_id": draft.causation_id,
        "correlation_id": draft.correlation_id,
    }
    after = {
        "id": event_id,
        "position": position,
        "prev_hash": head.hash,
        "run_id": run_id,
        "sequence": sequence,
        "stream": draft.stream,
        "subject": draft.subject,
        "time": rfc3339(origin.now),
        "type": type_name,
    }
    envelope = Envelope(
        id=event_id,
        position=position,
        stream=draft.stream,
        sequence=sequence,
        type=type_name,
        time=origin.now,
        actor=actor,
        subject=draft.subject,
        correlation_id=draft.correlation_id,
        causation_id=draft.causation_id,
        run_id=run_id,
        data=data,
        prev_hash=head.hash,
        hash=_hash(before, data_text, after),
    )
    return Link(envelope, data_text)


def _stored(data: EventData) -> tuple[str, JsonObject]:
    if isinstance(data, UnknownEvent):
        return data.original_type, data.data
    return data.type, data.model_dump(mode="json")


def _hash(before: JsonObject, data_text: str, after: JsonObject) -> str:
    """Return `envelope_hash` of the event, without writing its data a second time.

    The keys stand in the order of RFC 8785; no value beside the data is one that it writes
    differently from the standard encoder.
    """
    text = f'{_encode(before)[:-1]},"data":{data_text},{_encode(after)[1:]}'
    return hashlib.sha256(text.encode()).hexdigest()

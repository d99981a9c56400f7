"""Owns how a draft becomes the next link of the log."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.envelope import Draft, Envelope, Head
from aios_defs.core.events.registry import EventData, UnknownEvent
from aios_defs.core.model import JsonObject, rfc3339


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
    """Return the draft as the event that follows `head`.

    The hash is `envelope_hash`, over a text that is composed here so that the data is written once:
    the keys stand in the order of RFC 8785.
    """
    type_name, data = _stored(draft.data)
    position = head.position + 1
    actor = draft.actor or origin.actor
    run_id = draft.run_id or origin.run_id
    data_text = canonical_bytes(data).decode()
    time = rfc3339(origin.now)
    text = (
        f'{{"actor":{_text(actor)},"causation_id":{_text(draft.causation_id)},'
        f'"correlation_id":{_text(draft.correlation_id)},"data":{data_text},'
        f'"id":{_text(event_id)},"position":{position},"prev_hash":"{head.hash}",'
        f'"run_id":{_text(run_id)},"sequence":{sequence},"stream":{_text(draft.stream)},'
        f'"subject":{_text(draft.subject)},"time":"{time}","type":{_text(type_name)}}}'
    )
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
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )
    return Link(envelope, data_text)


def _stored(data: EventData) -> tuple[str, JsonObject]:
    if isinstance(data, UnknownEvent):
        return data.original_type, data.data
    return data.type, data.model_dump(mode="json")


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring(value)

"""Owns the envelope: how the ledger stores one event (names after CloudEvents 1.0)."""

from dataclasses import dataclass, field
from datetime import datetime

from aios_defs.core.canonical import sha256_hex
from aios_defs.core.events.registry import EventData
from aios_defs.core.model import JsonObject, rfc3339

ZERO_HASH = "0" * 64
"""The predecessor's hash of the first event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event before it has a place: what happened (`data`) and in which stream.

    `subject` is the profile it is about; `causation_id` the event that led to it; `correlation_id`
    the task, message or home it belongs to, by which a trace gathers. `actor` and `run_id` default
    to the transaction's.
    """

    stream: str
    data: EventData
    correlation_id: str
    causation_id: str | None = None
    subject: str | None = None
    actor: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One stored event.

    `position` is global and gapless from 1, `sequence` counts in its stream from 1. `data` is the
    stored JSON. `hash` covers the canonical JSON of all other fields.
    """

    id: str
    position: int
    stream: str
    sequence: int
    type: str
    time: datetime
    actor: str
    subject: str | None
    correlation_id: str
    causation_id: str | None
    run_id: str | None
    data: JsonObject = field(repr=False)
    prev_hash: str
    hash: str

    def to_json(self) -> JsonObject:
        """Return the envelope as JSON, the shape of `aios trace --json` and of exports."""
        return {**_hashed(self), "hash": self.hash}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last position of the log and its hash."""

    position: int
    hash: str


def _hashed(envelope: Envelope) -> JsonObject:
    return {
        "id": envelope.id,
        "position": envelope.position,
        "stream": envelope.stream,
        "sequence": envelope.sequence,
        "type": envelope.type,
        "time": rfc3339(envelope.time),
        "actor": envelope.actor,
        "subject": envelope.subject,
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "run_id": envelope.run_id,
        "data": envelope.data,
        "prev_hash": envelope.prev_hash,
    }


def envelope_hash(envelope: Envelope) -> str:
    """Return the hash an envelope should carry, from its stored fields."""
    return sha256_hex(_hashed(envelope))

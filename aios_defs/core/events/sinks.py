"""Owns the events of trusted sinks: what the operator says may be written to, and taken back."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant
from aios_defs.core.sealed import Sealed

SinkKind = Literal["address", "payee", "link", "source"]


@event("sink.trusted.v1")
class SinkTrusted(EventData):
    """Exactly this address, payee or link may be written to, or exactly this source vouches.

    `sink_id` is the keyed hash of kind and normal form; `expires_at` None is until taken back.
    """

    sink_id: str
    kind: SinkKind
    value: Sealed
    expires_at: Instant | None = None


@event("sink.distrusted.v1")
class SinkDistrusted(EventData):
    """A trust of a sink is taken back."""

    sink_id: str

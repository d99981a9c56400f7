"""Owns how an envelope lies in the events table, and how it is read back.

Reading is strict: what a writer would not have written is a flaw, even where it means the same
(another spelling of the same time, other spaces in the JSON).
"""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from aios_defs.core.audit import StoredEvent
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import LedgerBroken
from aios_defs.core.model import parse_rfc3339, rfc3339
from resources.store.chain import Link

Stored = tuple[Any, ...]
_SHAPE: TypeAdapter[tuple[Any, ...]] = TypeAdapter(
    tuple[
        int, str, str, int, str, str, str, str | None, str, str | None, str | None, str,
        bytes, bytes, bytes,
    ]
)  # fmt: skip


def to_stored(link: Link, seal: str) -> Stored:
    """Return the values of the events table for an event, in the table's order."""
    envelope = link.envelope
    return (
        envelope.position,
        envelope.id,
        envelope.stream,
        envelope.sequence,
        envelope.type,
        rfc3339(envelope.time),
        envelope.actor,
        envelope.subject,
        envelope.correlation_id,
        envelope.causation_id,
        envelope.run_id,
        link.data_text,
        bytes.fromhex(envelope.prev_hash),
        bytes.fromhex(envelope.hash),
        bytes.fromhex(seal),
    )


def to_envelope(stored: Stored) -> Envelope:
    """Return the envelope of a stored row.

    Raises:
        LedgerBroken: it can't be read; `position` names it.

    """
    try:
        return _envelope(stored)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise LedgerBroken(
            f"The event at position {stored[0]} can't be read.",
            remedy="Run `aios ledger verify`, then restore from a backup.",
            position=str(stored[0]),
        ) from error


def to_audited(stored: Stored) -> StoredEvent:
    """Return a stored row for an audit; never raises for what stands in it."""
    position = stored[0] if isinstance(stored[0], int) else -1
    seal = stored[-1].hex() if isinstance(stored[-1], bytes) else ""
    try:
        _SHAPE.validate_python(stored, strict=True)
        envelope = _envelope(stored)
        flaw = _misspelt(stored, envelope)
    except (ValidationError, ValueError, TypeError, AttributeError, RecursionError) as error:
        return StoredEvent(
            position=position, envelope=None, seal=seal, flaw=f"unreadable ({type(error).__name__})"
        )
    return StoredEvent(position=position, envelope=envelope, seal=seal, flaw=flaw)


def _misspelt(stored: Stored, envelope: Envelope) -> str:
    if stored[5] != rfc3339(envelope.time):
        return "its time is not spelt as it was written"
    if stored[11] != canonical_bytes(envelope.data).decode():
        return "its data is not spelt as it was written"
    return ""


def _envelope(stored: Stored) -> Envelope:
    data = json.loads(stored[11])
    if not isinstance(data, dict):
        message = "data is no object"
        raise TypeError(message)
    return Envelope(
        position=stored[0],
        id=stored[1],
        stream=stored[2],
        sequence=stored[3],
        type=stored[4],
        time=parse_rfc3339(stored[5]),
        actor=stored[6],
        subject=stored[7],
        correlation_id=stored[8],
        causation_id=stored[9],
        run_id=stored[10],
        data=data,
        prev_hash=stored[12].hex(),
        hash=stored[13].hex(),
    )

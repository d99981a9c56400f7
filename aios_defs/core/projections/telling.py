"""Owns how digests, messages to the operator and their deliveries fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.telling import (
    DigestMade,
    OperatorTold,
    TellingFailed,
    TellingMade,
    TellingStarted,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.telling import DeliveryRow, DigestRow, TellingRow, ToldRow


@reduces(DigestMade)
def _digest_made(env: Envelope, data: DigestMade, rows: Rows) -> None:
    rows.put(
        DigestRow(
            id=data.digest_id,
            day=data.day,
            is_daily=data.is_daily,
            head_position=data.head_position,
            head_hash=data.head_hash,
            made_at=env.time,
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(TellingMade)
def _telling_made(env: Envelope, data: TellingMade, rows: Rows) -> None:
    rows.put(
        TellingRow(
            id=data.telling_id,
            kind=data.kind,
            about=data.about,
            title=data.title,
            text=data.text,
            link=data.link,
            made_at=env.time,
            position=env.position,
        )
    )
    for about in data.about:
        rows.put(ToldRow(about=about, telling_id=data.telling_id))


@reduces(TellingStarted)
def _started(env: Envelope, data: TellingStarted, rows: Rows) -> None:
    rows.put(
        DeliveryRow(
            id=delivery_id(data.telling_id, data.channel),
            telling_id=data.telling_id,
            channel=data.channel,
            key=data.key,
            state="started",
            attempts=data.attempt,
            retry_at=None,
            error=None,
            outside_ref=None,
            at=env.time,
        )
    )


@reduces(OperatorTold)
def _told(env: Envelope, data: OperatorTold, rows: Rows) -> None:
    row = _delivery(rows, data.telling_id, data.channel)
    rows.put(row.but(state="told", outside_ref=data.outside_ref, error=None, at=env.time))


@reduces(TellingFailed)
def _failed(env: Envelope, data: TellingFailed, rows: Rows) -> None:
    row = _delivery(rows, data.telling_id, data.channel)
    state = "uncertain" if data.is_uncertain else "failed"
    rows.put(row.but(state=state, error=data.error, retry_at=data.retry_at, at=env.time))


def delivery_id(telling_id: str, channel: str) -> str:
    """Return the id of the delivery of a message over a channel."""
    return f"{telling_id}:{channel}"


def _delivery(rows: Rows, telling_id: str, channel: str) -> DeliveryRow:
    key = delivery_id(telling_id, channel)
    return must(rows.get(DeliveryRow, key), DeliveryRow, key)

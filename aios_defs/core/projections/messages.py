"""Owns how messages, threads and interactions fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.messages import (
    HomeCreated,
    InteractionRecorded,
    MessageHeld,
    MessageIgnored,
    MessageQuarantined,
    MessageReceived,
    MessageReleased,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.messages import HomeRow, InteractionRow, MessageRow, ThreadMailRow


@reduces(HomeCreated)
def _home_created(env: Envelope, data: HomeCreated, rows: Rows) -> None:
    rows.put(HomeRow(id="home", is_demo=data.is_demo, created_at=env.time))


@reduces(MessageReceived)
def _message_received(env: Envelope, data: MessageReceived, rows: Rows) -> None:
    rows.put(
        MessageRow(
            id=data.message_id,
            connector=data.connector,
            folder=data.folder,
            ref_hash=data.ref_hash,
            content_hash=data.content_hash,
            mail_hash=data.mail_hash,
            raw=data.raw,
            stored_at=data.stored_at,
            profile_id=data.profile_id,
            thread_id=data.thread_id,
            heading=data.heading,
            authenticated=data.authenticated,
            signs=data.signs,
            state="received",
            reason=None,
            remedy=None,
            task_id=None,
            event_id=env.id,
            position=env.position,
        )
    )


def _mark(rows: Rows, message_id: str, **changes: str | None) -> None:
    row = must(rows.get(MessageRow, message_id), MessageRow, message_id)
    rows.put(row.but(**changes))


@reduces(MessageIgnored)
def _message_ignored(_env: Envelope, data: MessageIgnored, rows: Rows) -> None:
    _mark(rows, data.message_id, state="ignored", reason=data.reason)


@reduces(MessageHeld)
def _message_held(_env: Envelope, data: MessageHeld, rows: Rows) -> None:
    _mark(rows, data.message_id, state="held", reason=data.reason)


@reduces(MessageQuarantined)
def _message_quarantined(_env: Envelope, data: MessageQuarantined, rows: Rows) -> None:
    _mark(rows, data.message_id, state="quarantined", reason=data.reason, remedy=data.remedy)


@reduces(MessageReleased)
def _message_released(_env: Envelope, data: MessageReleased, rows: Rows) -> None:
    _mark(rows, data.message_id, state="ignored", reason="read_again", remedy=None)


@reduces(InteractionRecorded)
def _interaction_recorded(env: Envelope, data: InteractionRecorded, rows: Rows) -> None:
    rows.put(
        InteractionRow(
            id=data.interaction_id,
            profile_id=data.profile_id,
            direction=data.direction,
            channel=data.channel,
            message_id=data.message_id,
            action_id=data.action_id,
            thread_id=data.thread_id,
            at=data.at,
            level=data.level,
            event_id=env.id,
            position=env.position,
        )
    )
    for mail_hash in data.mail_hashes:
        if rows.get(ThreadMailRow, mail_hash) is None:
            rows.put(ThreadMailRow(mail_hash=mail_hash, thread_id=data.thread_id))

"""Owns reading messages back: raw bytes from the blobs, understood again by their connector."""

from dataclasses import dataclass, replace
from datetime import datetime

from aios_defs.core.connector import Item, ParsedMessage
from aios_defs.core.labels import Label
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.own_address import whom_to_answer

_END = 2**53
"""Beyond every position of a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a conversation: `sender` is whom an answer goes to.

    `event_id` is the event that recorded it.
    """

    name: str
    direction: str
    at: datetime
    event_id: str
    interaction_id: str
    profile_id: str
    sender: str
    sender_name: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    text: str
    label: Label


def read_message(kernel: Kernel, view: View, row: MessageRow) -> ParsedMessage:
    """Return a stored message, parsed again from its raw bytes; raises KeyErased."""
    item = Item(
        ref=row.id,
        folder="sent" if row.folder == "sent" else "inbox",
        stored_at=row.stored_at,
        raw=view.blob(row.raw),
    )
    return kernel.connector(row.connector).parse(item)


def recent_rows(
    view: View,
    thread_id: str | None,
    profile_ids: tuple[str, ...],
    *,
    waiting: frozenset[str] = frozenset(),
    limit: int,
) -> list[InteractionRow]:
    """Return the last interactions with somebody's profiles, latest first, in both directions.

    Of one thread, or of all. There are `limit` at least, and as many of the messages `waiting`;
    fewer where the thread, or what waits, is shorter. Nothing is read of them yet: a mail costs its
    decryption and its parsing.
    """
    where = {} if thread_id is None else {"thread_id": thread_id}
    rows: list[InteractionRow] = []
    wanted = min(limit, len(waiting))
    while True:
        page = view.select(
            InteractionRow,
            profile_id=profile_ids,
            position__lt=rows[-1].position if rows else _END,
            order="-position",
            limit=limit,
            **where,
        )
        rows += page
        waits = sum(row.message_id in waiting for row in rows)
        if len(page) < limit or waits >= wanted:
            return rows


def read_turn(kernel: Kernel, view: View, row: InteractionRow) -> Turn | None:
    """Return a turn as it was said, None for what is no message; raises KeyErased."""
    if row.message_id is not None:
        message = view.get(MessageRow, row.message_id)
        return _message_turn(kernel, view, row, message) if message else None
    action = view.get(ActionRow, row.action_id) if row.action_id else None
    return _action_turn(kernel, row, action) if action else None


def _message_turn(kernel: Kernel, view: View, row: InteractionRow, message: MessageRow) -> Turn:
    known = kernel.shelf.turns.get(row.id)
    if known is not None and message.heading is not None:
        kernel.vault.open(message.heading)  # what was erased since is kept nowhere
        return replace(known, label=row.label)
    parsed = read_message(kernel, view, message)
    turn = Turn(
        name=f"message:{message.id}",
        direction=row.direction,
        at=row.at,
        event_id=message.event_id,
        interaction_id=row.id,
        profile_id=row.profile_id,
        sender=whom_to_answer(parsed, message.signs),
        sender_name=parsed.sender_name,
        subject=parsed.subject,
        message_id=parsed.message_id,
        references=parsed.references,
        text=parsed.text,
        label=row.label,
    )
    kernel.shelf.keep_turn(turn)
    return turn


def _action_turn(kernel: Kernel, row: InteractionRow, action: ActionRow) -> Turn:
    arguments = kernel.open_json(action.arguments)
    return Turn(
        name=f"action:{action.id}",
        direction="out",
        at=row.at,
        event_id=row.event_id,
        interaction_id=row.id,
        profile_id=row.profile_id,
        sender=action.account,
        sender_name="",
        subject=str(arguments.get("subject", "")),
        message_id=action.outside_ref or action.id,
        references=(),
        text=str(arguments.get("body", "")),
        label=row.label,
    )

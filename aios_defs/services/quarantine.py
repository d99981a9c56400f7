"""Owns the operator's look at quarantine: what lies there, its raw bytes, and reading it again."""

from datetime import UTC, datetime

from aios_defs.core.connector import Item
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.messages import MessageReleased
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.house import HandedRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.arrivals import HANDED
from aios_defs.services.kernel import Kernel
from aios_defs.services.past_standing import is_past
from aios_defs.services.receive import take_item

_NEVER = datetime.max.replace(tzinfo=UTC)
"""Since when what an import brought causes tasks."""


def quarantined(kernel: Kernel) -> list[JsonObject]:
    """Return what lies in quarantine, oldest first.

    Each is `{"id", "connector", "stored_at", "bytes", "reason", "remedy"}`.
    """
    with kernel.ledger.view() as view:
        rows = view.select(MessageRow, state="quarantined", order="position")
        return [_shown(row) for row in rows]


def _shown(row: MessageRow) -> JsonObject:
    return {
        "id": row.id,
        "connector": row.connector,
        "stored_at": rfc3339(row.stored_at),
        "bytes": row.raw.size,
        "reason": row.reason,
        "remedy": row.remedy,
    }


def raw_message(kernel: Kernel, message_id: str) -> tuple[JsonObject, bytes]:
    """Return a message of quarantine and its untouched bytes; raises UnknownId, KeyErased."""
    with kernel.ledger.view() as view:
        row = _message(view, message_id)
        return _shown(row), view.blob(row.raw)


def release(kernel: Kernel, message_id: str) -> JsonObject:
    """Read a message of quarantine again; if it can be understood now, it is taken in afresh.

    Returns `{"id", "message_id", "outcome", "task_id"}`: what it was, and the fresh message with
    what became of it, as `receive.take_item` says. The operator asked for it, so its age does not
    matter; what an import brought stays memory. Whoever is killed in between is completed by
    asking again.

    Raises:
        UnknownId: there is no such message.
        TransitionRefused: it is not in quarantine.
        InboundUnreadable: it still can't be understood; it stays where it is.
        KeyErased: its bytes were erased.

    """
    with kernel.ledger.view() as view:
        row = _message(view, message_id)
        _refuse_unless_quarantined(row)
        item = _item(view, row)
        since = _NEVER if is_past(view, row) else row.stored_at
    kernel.connector(row.connector).parse(item)
    outcome, _, task_id = take_item(kernel, row.connector, item, since=since).partition(":")
    with kernel.ledger.transaction(actor="operator") as tx:
        _refuse_unless_quarantined(_message(tx, message_id))
        released = MessageReleased(message_id=message_id)
        tx.append(Draft(stream=f"message-{message_id}", data=released, correlation_id=message_id))
        fresh = tx.select(MessageRow, content_hash=row.content_hash, order="-position", limit=1)
    return {
        "id": message_id,
        "message_id": fresh[0].id,
        "outcome": outcome,
        "task_id": task_id or None,
    }


def _refuse_unless_quarantined(row: MessageRow) -> None:
    if row.state != "quarantined":
        raise TransitionRefused(
            f"Message {row.id} is {row.state}, not in quarantine.",
            remedy=f"Look at it with: aios trace {row.id}",
            state=row.state,
        )


def _item(view: View, row: MessageRow) -> Item:
    handed = HANDED if view.get(HandedRow, row.ref_hash) else ""
    return Item(
        ref=f"{handed}released:{row.id}",
        folder="sent" if row.folder == "sent" else "inbox",
        stored_at=row.stored_at,
        raw=view.blob(row.raw),
    )


def _message(view: View, message_id: str) -> MessageRow:
    row = view.get(MessageRow, message_id)
    if row is None:
        raise UnknownId(
            f"There is no message {message_id!r}.",
            remedy="See: aios quarantine list",
            id=message_id,
        )
    return row

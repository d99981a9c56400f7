"""Owns messages that no workflow takes: they wait with a card until one does, or until skipped."""

from collections.abc import Iterator
from typing import Any

from aios_defs.core.envelope import Draft
from aios_defs.core.events.messages import MessageIgnored
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.tasking import Contact, give_task, message_workflow

UNTAKEN: dict[str, Any] = {
    "task_id": None,
    "state": "received",
    "folder": "inbox",
    "reason": None,
}
"""What the rows of such messages have in common."""
_GIVEN_AT_ONCE = 500


def untaken(view: View, limit: int | None) -> list[MessageRow]:
    """Return the messages that wait without a task, oldest first."""
    return view.select(MessageRow, order="position", limit=limit, **UNTAKEN)


def give_untaken(kernel: Kernel) -> list[str]:
    """Give what waits without a task to the workflow that appeared; returns the tasks' ids.

    What the operator answered meanwhile is ignored. With nothing to give it makes no event, and
    reads nothing of what no workflow takes.
    """
    waiting = (
        message_id
        for name in kernel.connectors
        if message_workflow(kernel, name) is not None
        for message_id in _waiting(kernel, name)
    )
    given = [give(kernel, one, actor="sweep") for one in waiting]
    return [one for one in given if one is not None]


def _waiting(kernel: Kernel, connector: str) -> Iterator[str]:
    """Yield the ids of a connector's messages that wait without a task, oldest first."""
    only: dict[str, Any] = {**UNTAKEN, "connector": connector}
    position, is_more = 0, True
    while is_more:
        with kernel.ledger.view() as view:
            rows = view.select(
                MessageRow, position__gt=position, order="position", limit=_GIVEN_AT_ONCE, **only
            )
        is_more = len(rows) == _GIVEN_AT_ONCE
        position = rows[-1].position if rows else position
        yield from (row.id for row in rows)


def ignore_answered(tx: Transaction, contact: Contact) -> None:
    """Ignore what waits without a task in a thread that the operator just answered elsewhere."""
    turns = tx.select(
        InteractionRow,
        thread_id=contact.thread_id,
        profile_id=members(tx, contact.profile.id),
        direction="in",
        order="position",
    )
    for row in (tx.get(MessageRow, turn.message_id or "") for turn in turns):
        if row is not None and row.state == "received" and row.task_id is None:
            _ignore(tx, row)


def _ignore(tx: Transaction, row: MessageRow) -> None:
    ignored = MessageIgnored(message_id=row.id, reason="answered_elsewhere")
    tx.append(Draft(stream=f"message-{row.id}", data=ignored, correlation_id=row.id))


def _is_answered(view: View, row: MessageRow) -> bool:
    """Return whether the operator wrote in the message's thread after it became known."""
    return bool(
        view.count(
            InteractionRow,
            thread_id=row.thread_id,
            profile_id=row.profile_id,
            direction="out",
            position__gt=row.position,
        )
    )


def give(kernel: Kernel, message_id: str, *, actor: str) -> str | None:
    """Give a message that waits without a task to its workflow; returns the task's id, if any.

    What the operator answered meanwhile is ignored. What waits no longer is left as it is.
    """
    with kernel.ledger.transaction(actor=actor) as tx:
        row = tx.get(MessageRow, message_id)
        if row is None or row.task_id is not None or row.state not in ("received", "held"):
            return None
        if _is_answered(tx, row):
            _ignore(tx, row)
            return None
        contact = _contact(kernel, tx, row)
        return give_task(kernel, tx, row.connector, contact, cause=(row.id, row.event_id))


def _contact(kernel: Kernel, tx: Transaction, row: MessageRow) -> Contact:
    profile = tx.get(ProfileRow, row.profile_id or "")
    assert profile is not None  # noqa: S101 - what was received and not ignored has a sender
    return Contact(
        interaction_id=kernel.ids.new(),
        profile=profile,
        address="",
        thread_id=row.thread_id or kernel.ids.new(),
        direction="in",
        hashes=(),
    )

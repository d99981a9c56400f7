"""Owns messages that no workflow takes: they wait with a card until one does, or until skipped."""

from typing import Any

from aios_defs.core.envelope import Draft
from aios_defs.core.events.messages import MessageIgnored
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.tasking import Contact, give_task, message_workflow

UNTAKEN: dict[str, Any] = {"task_id": None, "state": "received", "folder": "inbox"}
"""What the rows of such messages have in common."""


def untaken(view: View) -> list[MessageRow]:
    """Return the messages that wait without a task, oldest first."""
    return view.select(MessageRow, order="position", **UNTAKEN)


def give_untaken(kernel: Kernel) -> list[str]:
    """Give what waits without a task to the workflow that appeared; returns the tasks' ids.

    What the operator answered meanwhile is ignored. With nothing to give it makes no event.
    """
    with kernel.ledger.view() as view:
        rows = [row for row in untaken(view) if _can_move(kernel, view, row)]
    given = [give(kernel, row.id, actor="sweep") for row in rows]
    return [one for one in given if one is not None]


def _can_move(kernel: Kernel, view: View, row: MessageRow) -> bool:
    has_workflow = message_workflow(kernel, row.connector) is not None
    return has_workflow or _is_answered(view, row)


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
            ignored = MessageIgnored(message_id=row.id, reason="answered_elsewhere")
            tx.append(Draft(stream=f"message-{row.id}", data=ignored, correlation_id=row.id))
            return None
        contact = _contact(kernel, tx, row)
        return give_task(kernel, tx, row.connector, contact, cause=(row.id, row.event_id))


def _contact(kernel: Kernel, tx: Transaction, row: MessageRow) -> Contact:
    profile = tx.get(ProfileRow, row.profile_id or "")
    assert profile is not None  # noqa: S101 - what was received and not ignored has a sender
    return Contact(
        interaction_id=kernel.ids.new(),
        profile=profile,
        thread_id=row.thread_id or kernel.ids.new(),
        direction="in",
        hashes=(),
    )

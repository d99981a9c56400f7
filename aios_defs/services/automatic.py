"""Owns how often we answered by ourselves lately, so that two machines never talk for ever.

Counted by our own threads and by whom it reached, never by what a mail says of itself: the other
side may drop every header, begin a new thread each time and write from `desk+17@…`. An answer
counts from the moment it starts until it is known that nothing left.
"""

from collections.abc import Iterable
from datetime import timedelta

from aios_defs.core.policy.request import RecentAnswers
from aios_defs.core.policy.sinks import bare_address
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import AutomaticRow
from aios_defs.services.kernel import Kernel

WINDOW = timedelta(hours=24)
_CLEARED = 20
"""How many rows of former days go with each new one."""


def recent_answers(
    kernel: Kernel, view: View, *, thread_id: str, recipients: Iterable[str], action_id: str
) -> RecentAnswers:
    """Return how many automatic answers went out in the last 24 hours, this action's left out."""
    since = kernel.clock.now() - WINDOW
    in_thread = view.column(AutomaticRow, "action_id", thread_id=thread_id, at__gt=since)
    to_each = [
        view.column(AutomaticRow, "action_id", recipient=_correspondent(kernel, one), at__gt=since)
        for one in dict.fromkeys(recipients)
    ]
    return RecentAnswers(
        in_thread=len({*in_thread} - {action_id}),
        to_recipient=max((len({*one} - {action_id}) for one in to_each), default=0),
    )


def note_automatic(
    kernel: Kernel, tx: Transaction, *, thread_id: str, recipients: Iterable[str], action_id: str
) -> None:
    """Write down that an action starts which no person approved."""
    for old in tx.select(AutomaticRow, at__lt=tx.now - WINDOW, order="at", limit=_CLEARED):
        tx.delete(AutomaticRow, old.id)
    for one in sorted({_correspondent(kernel, each) for each in recipients}):
        row = AutomaticRow(
            id=f"{action_id}:{one}",
            action_id=action_id,
            thread_id=thread_id,
            recipient=one,
            at=tx.now,
        )
        tx.put(row)


def forget_automatic(tx: Transaction, action_id: str) -> None:
    """Count an action no more: nothing left."""
    for row in tx.select(AutomaticRow, action_id=action_id):
        tx.delete(AutomaticRow, row.id)


def _correspondent(kernel: Kernel, address: str) -> str:
    """Return the keyed look-up of a mailbox: what follows a plus makes no other one of it."""
    bare = bare_address(address) or address.strip().lower()
    local, _, host = bare.rpartition("@")
    return kernel.vault.digest("correspondent", f"{local.partition('+')[0]}@{host}")

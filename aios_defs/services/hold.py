"""Owns the hold of a restored home: read-only until it is known who was forgotten since the backup.

What it stops stands in `core/holding`; every unit of work of the ledger asks for it.
"""

from typing import Literal

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.events.copies import RestoreConfirmed
from aios_defs.core.events.system import NoticeRaised
from aios_defs.core.holding import REMEDY, SAID
from aios_defs.core.ports import Ids, Ledger, Transaction, View
from aios_defs.core.rows.copies import HoldRow
from aios_defs.services.notices import dismiss

_ABOUT = "restore"


def hold_of(view: View) -> HoldRow | None:
    """Return the hold of the home, or None where it may be written."""
    return view.get(HoldRow, "restore")


def is_held(ledger: Ledger) -> bool:
    """Return whether the home is read-only since it was restored."""
    with ledger.view() as view:
        return hold_of(view) is not None


def say_held(tx: Transaction, ids: Ids) -> None:
    """Raise the card that says so, in the unit that holds the home."""
    raised = NoticeRaised(
        notice_id=ids.new(), kind="restore", about=_ABOUT, summary=SAID, remedy=REMEDY
    )
    tx.append(Draft(stream=f"notice-{raised.notice_id}", data=raised, correlation_id="home"))


def confirm_restore(ledger: Ledger, *, by: Literal["log", "operator"], erased: int = 0) -> None:
    """Let a restored home be written again: who was forgotten since its backup is so here too.

    Raises:
        TransitionRefused: the home is not held.

    """
    with ledger.transaction(actor="operator") as tx:
        hold = hold_of(tx)
        if hold is None:
            raise TransitionRefused(
                "This home may be written already.", remedy="There is nothing to confirm."
            )
        confirmed = RestoreConfirmed(restored=hold.event_id, by=by, erased=erased)
        tx.append(Draft(stream="home", data=confirmed, correlation_id="home"))
        dismiss(tx, "restore", _ABOUT)

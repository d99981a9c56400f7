"""Owns what a card's acts do at the desk: one function for each, shared by pages and API.

Each calls the service that the command line calls, and wakes the lane where something became due
or decidable. The nonce was spent before.
"""

from collections.abc import Callable

from aios_defs.console.desk import Desk
from aios_defs.console.forms import Sent
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.memory import FactRow
from aios_defs.services.approve import approve, reject, undo
from aios_defs.services.card_acts import about_act
from aios_defs.services.facts import retract_fact
from aios_defs.services.remember import remember

Doing = Callable[[Desk, str, Sent], JsonObject]

COMMON_REASONS = (
    "Not needed",
    "I answer it myself",
    "Wrong facts",
    "Wrong tone",
    "Wrong person",
)
"""What a decision is rejected for most often: one tap each."""


def _approve(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    if _is_fact(desk, card_id):
        row = remember(desk.kernel, card_id)
        desk.lane.wake()
        return {"id": row.id, "state": row.state}
    shown = sent.text("content_hash")
    if not shown:
        raise UsageInvalid(
            "An approval names the content that was shown.",
            remedy="Send the content_hash of the preview, and the nonce made for it.",
        )
    return _state(desk, approve(desk.kernel, card_id, content_hash=shown))


def _reject(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    if _is_fact(desk, card_id):
        with desk.kernel.ledger.transaction(actor="operator") as tx:
            retract_fact(tx, card_id, reason="the operator rejected it")
        return {"id": card_id, "state": "rejected"}
    reason = sent.text("words").strip() or sent.text("reason").strip()
    return _state(desk, reject(desk.kernel, card_id, reason))


def _undo(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    return _state(desk, undo(desk.kernel, card_id))


def _is_fact(desk: Desk, card_id: str) -> bool:
    with desk.kernel.ledger.view() as view:
        return view.get(FactRow, card_id) is not None


def _state(desk: Desk, row: ActionRow) -> JsonObject:
    desk.lane.wake()
    return {
        "id": row.id,
        "state": str(row.state),
        "due_at": row.due_at.isoformat() if row.due_at else None,
    }


ACTS: dict[str, Doing] = {"approve": _approve, "reject": _reject, "undo": _undo}


def about_of(desk: Desk, act: str, card_id: str, sent: Sent) -> str:
    """Return what the nonce of an act has to be about: the content that its form says was shown.

    A content that was not shown has no nonce, so nobody can approve what they have not seen.
    """
    with desk.kernel.ledger.view() as view:
        row = view.get(ActionRow, card_id)
    shown = sent.text("content_hash") or row.content_hash if row else None
    return about_act(act, card_id, shown)

"""Owns setting a card aside until a moment that the operator chooses; it comes back by itself.

Nothing else changes: the card can still be decided, and it expires as it would have. It is back in
time for that.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.house import LaterRow
from aios_defs.services.card_detail import card_detail
from aios_defs.services.inbox import inbox, set_aside_ids
from aios_defs.services.kernel import Kernel

LONGEST = timedelta(days=30)
_BEFORE_EXPIRY = timedelta(hours=1)
_PRUNED = 100
_MORNING, _EVENING, _MONDAY = 8, 18, 0
CHOICES = {
    "hour": "In an hour",
    "evening": "This evening",
    "tomorrow": "Tomorrow morning",
    "monday": "Monday morning",
}
"""The common moments by name, in words."""


def set_aside(kernel: Kernel, card_id: str, until: datetime) -> datetime:
    """Hide a card until a moment, or until an hour before it expires; returns which.

    Raises:
        UnknownId: there is no such card.
        UsageInvalid: the moment is past or more than 30 days away, or the card expires too soon.

    """
    card_detail(kernel, card_id)
    with kernel.ledger.transaction(actor="operator") as tx:
        moment = min(until, _latest(tx, card_id) or until)
        if not tx.now < moment <= tx.now + LONGEST:
            raise UsageInvalid(
                "A card can be set aside for up to 30 days, and not past its expiry.",
                remedy="Choose a moment to come, or decide it now.",
            )
        for old in tx.select(LaterRow, until__lte=tx.now, limit=_PRUNED):
            tx.delete(LaterRow, old.card_id)
        tx.put(LaterRow(card_id=card_id, until=moment))
        return moment


def _latest(view: View, card_id: str) -> datetime | None:
    action = view.get(ActionRow, card_id)
    approval = view.get(ApprovalRow, action.approval_id) if action and action.approval_id else None
    is_open = approval is not None and approval.state == "requested"
    return approval.expires_at - _BEFORE_EXPIRY if approval and is_open else None


def cards_now(kernel: Kernel, *, limit: int | None = None) -> list[JsonObject]:
    """Return the cards of the inbox that are not set aside; at most `limit`, if given."""
    with kernel.ledger.view() as view:
        aside = set_aside_ids(kernel, view)
    found = inbox(kernel, limit=None if limit is None else limit + len(aside))
    return [one for one in found if one["id"] not in aside][:limit]


def cards_later(kernel: Kernel) -> list[JsonObject]:
    """Return the cards that are set aside, each with `later_until`, when it comes back."""
    with kernel.ledger.view() as view:
        rows = view.select(LaterRow, until__gt=kernel.clock.now())
    until = {row.card_id: rfc3339(row.until) for row in rows}
    found = inbox(kernel) if until else []
    return [{**one, "later_until": until[key]} for one in found if (key := str(one["id"])) in until]


def bring_back(kernel: Kernel, card_id: str) -> None:
    """Show a card again at once; no error when it was not set aside."""
    with kernel.ledger.transaction(actor="operator") as tx:
        tx.delete(LaterRow, card_id)


def moment_of(kernel: Kernel, words: str) -> datetime:
    """Return the instant that a name of CHOICES, or a date and time, means to the operator.

    A date and time without an offset (`2031-03-04T09:00`) is in the operator's time zone.

    Raises:
        UsageInvalid: it is neither.

    """
    now = kernel.clock.now().astimezone(ZoneInfo(kernel.business.operator.time_zone))
    if words == "hour":
        return now + timedelta(hours=1)
    if words in CHOICES:
        return _named(now, words)
    try:
        given = datetime.fromisoformat(words)
    except ValueError:
        raise UsageInvalid(
            "This is no date and time.",
            remedy=f"Choose one of {', '.join(CHOICES)}, or write 2031-03-04T09:00.",
        ) from None
    return given if given.tzinfo else given.replace(tzinfo=now.tzinfo)


def _named(now: datetime, words: str) -> datetime:
    days = (_MONDAY - now.weekday() - 1) % 7 + 1 if words == "monday" else 1
    hour = _EVENING if words == "evening" else _MORNING
    if words == "evening" and now.hour < _EVENING:
        days = 0
    return now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)

"""Owns floods: what one sender writes beyond an hour's limit waits on one card, and makes no task.

Counted is what would make a task, by the hour in which the outside store got it. What joins an open
task is never held: a reply must not be sent past it. The counts are operational, and are kept for a
week after the last one: mail may come in long after the store got it, an hour's with another's.
"""

from datetime import datetime, timedelta
from typing import Any

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.events.messages import MessageIgnored
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import FloodRow, NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.address_book import MAIL_HOSTS
from aios_defs.services.cards import readable
from aios_defs.services.fact_words import SOMEBODY
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, dismiss, open_notices, tell
from aios_defs.services.tasking import Contact, joins_task
from aios_defs.services.untaken import give

_KIND = "flood"
_LIFE = timedelta(days=7)
_CLEARED = 20
"""How many counts that are over go with each new one."""
_SETTING = "Who may write more is named under `hourly_limits` in business/operator.yaml."


def hold_back(
    kernel: Kernel, tx: Transaction, contact: Contact, sender: str, at: datetime
) -> str | None:
    """Count a message of `sender`, stored at `at`; returns why it is held, None if it is not.

    The first that is held raises the card of its sender, or of its domain of strangers.
    """
    if joins_task(tx, contact):
        return None
    reason = _over_limit(kernel, tx, contact.profile, sender, at)
    if reason is not None and not open_notices(tx, _KIND, reason):
        notice = Notice(
            kind=_KIND,
            about=reason,
            summary="More messages within an hour than a sender's limit: the rest waits.",
            remedy=f"Give them tasks, or skip them all. {_SETTING}",
        )
        tell(kernel, tx, notice)
    return reason


def _over_limit(
    kernel: Kernel, tx: Transaction, profile: ProfileRow, sender: str, at: datetime
) -> str | None:
    limits = kernel.business.operator.hourly_limits
    named, own = limits.senders.get(sender.lower()), f"sender:{profile.id}"
    usual = limits.known if profile.is_endorsed else limits.stranger
    if not _counted(tx, own, at, named or usual):
        return own
    host = f"@{sender.rpartition('@')[2].lower()}"
    if named or profile.is_endorsed or host[1:] in MAIL_HOSTS:
        return None
    whole = f"domain:{kernel.address_hash(host)}"
    return None if _counted(tx, whole, at, limits.senders.get(host, limits.domain)) else whole


def _counted(tx: Transaction, about: str, at: datetime, limit: int) -> bool:
    """Count one more in the hour of `at`, unless the limit is reached; returns whether it was."""
    name = f"{about} {at:%Y-%m-%dT%H}"
    row = tx.get(FloodRow, name)
    count = row.count if row else 0
    if count >= limit:
        return False
    if row is None:
        _clear(tx)
    tx.put(FloodRow(id=name, count=count + 1, until=tx.now + _LIFE))
    return True


def _clear(tx: Transaction) -> None:
    for old in tx.select(FloodRow, until__lt=tx.now, order="until", limit=_CLEARED):
        tx.delete(FloodRow, old.id)


def is_flood(row: NoticeRow) -> bool:
    """Return whether a notice is the card of a flood."""
    return row.kind == _KIND


def flood_words(kernel: Kernel, view: View, row: NoticeRow) -> str:
    """Return what the card of a flood says: how many wait, and whose."""
    held = _held(row)
    oldest = view.select(MessageRow, order="position", limit=1, **held)
    profile = view.get(ProfileRow, oldest[0].profile_id or "") if oldest else None
    name = (readable(kernel, profile.name) if profile else "") or SOMEBODY
    others = " and others of that domain" if row.about.startswith("domain:") else ""
    return f"{view.count(MessageRow, **held)} more from {name}{others} beyond the hour's limit"


def flood_remedy(row: NoticeRow) -> str:
    """Return the ways out of a flood."""
    return f"Give them tasks with: aios retry {row.id}, or none with: aios skip {row.id} {_SETTING}"


def let_in(kernel: Kernel, notice: NoticeRow) -> str:
    """Give a task to all that a flood's card holds; idempotent. Returns `released`.

    Raises:
        TransitionRefused: no workflow takes some of them; these stay on the card.

    """
    with kernel.ledger.view() as view:
        ids = view.column(MessageRow, "id", **_held(notice))
    for message_id in ids:
        give(kernel, message_id, actor="operator")
    with kernel.ledger.transaction(actor="operator") as tx:
        left = tx.count(MessageRow, **_held(notice))
        if left:
            raise TransitionRefused(
                f"No workflow takes {left} of these messages.",
                remedy="Add one of trigger `message` for their connector to catalog.yaml.",
                state="held",
            )
        dismiss(tx, _KIND, notice.about)
    return "released"


def skip_held(tx: Transaction, notice: NoticeRow) -> None:
    """Ignore all that a notice holds; nothing for one that is no flood."""
    for message_id in tx.column(MessageRow, "id", **_held(notice)) if is_flood(notice) else ():
        ignored = MessageIgnored(message_id=message_id, reason="skipped")
        stream = f"message-{message_id}"
        tx.append(Draft(stream=stream, data=ignored, correlation_id=message_id))


def _held(notice: NoticeRow) -> dict[str, Any]:
    return {"state": "held", "folder": "inbox", "reason": notice.about}

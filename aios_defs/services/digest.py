"""Owns digests: made once a day at the operator's time, or on request, and read back.

A digest remembers the ledger's head it was made at (G1). The day is the operator's: what counts is
whether the clock on the wall has passed `digest_at` and that day has none yet, so neither a change
of daylight saving nor a second process makes two, and a machine that slept makes it on wake.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import UnknownId
from aios_defs.core.events.telling import DigestMade
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.messages import HomeRow
from aios_defs.core.rows.telling import DigestRow
from aios_defs.services.digest_content import gather
from aios_defs.services.kernel import Kernel

SHOWN = 60
"""How many digests a list shows at most, newest first."""


def make_daily_digest(kernel: Kernel) -> str | None:
    """Make the digest of the day if it is time and there is none; returns its id, else None."""
    with kernel.ledger.view() as view:
        if not is_due(kernel, view):
            return None
        made = _digest(kernel, view, is_daily=True)
    with kernel.ledger.transaction(actor="sweep") as tx:
        return _append(tx, made) if is_due(kernel, tx) else None


def make_digest(kernel: Kernel) -> str:
    """Make a digest on request, of what happened since the last daily one; returns its id."""
    with kernel.ledger.view() as view:
        made = _digest(kernel, view, is_daily=False)
    with kernel.ledger.transaction(actor="operator") as tx:
        return _append(tx, made)


def is_due(kernel: Kernel, view: View) -> bool:
    """Return whether the day's digest is still to be made.

    A home that was made after today's time has its first one tomorrow.
    """
    now = _on_the_wall(kernel, kernel.clock.now())
    at = kernel.business.operator.notify.digest_at
    home = view.get(HomeRow, "home")
    if home is None or _clock(now) < at:
        return False
    begun = _on_the_wall(kernel, home.created_at)
    if begun.date() == now.date() and _clock(begun) >= at:
        return False
    return view.count(DigestRow, day=now.date().isoformat(), is_daily=True) == 0


def read_digest(kernel: Kernel, digest_id: str) -> DigestMade:
    """Return what a digest says; raises UnknownId."""
    with kernel.ledger.view() as view:
        row = view.get(DigestRow, digest_id)
        event = view.event(row.event_id) if row else None
    if event is None:
        raise UnknownId(
            f"There is no digest {digest_id!r}.", remedy="See: aios digest", id=digest_id
        )
    return DigestMade.model_validate(event.data)


def digest_made_at(kernel: Kernel, digest_id: str) -> str | None:
    """Return when a digest was made, RFC 3339; None when there is no such digest."""
    with kernel.ledger.view() as view:
        row = view.get(DigestRow, digest_id)
    return rfc3339(row.made_at) if row else None


def list_digests(kernel: Kernel) -> list[JsonObject]:
    """Return the newest digests, newest first: `id`, `day`, `is_daily`, `made_at`, the head."""
    with kernel.ledger.view() as view:
        rows = view.select(DigestRow, order="-position", limit=SHOWN)
    return [
        {
            "id": row.id,
            "day": row.day,
            "is_daily": row.is_daily,
            "made_at": rfc3339(row.made_at),
            "head_position": row.head_position,
            "head_hash": row.head_hash,
        }
        for row in rows
    ]


def next_digest_at(kernel: Kernel) -> datetime:
    """Return when the next daily digest is made, for a page to say so."""
    now = kernel.clock.now()
    with kernel.ledger.view() as view:
        if is_due(kernel, view):
            return now
    today = _on_the_wall(kernel, now)
    at = kernel.business.operator.notify.digest_at
    day = today.date() if _clock(today) < at else today.date() + timedelta(days=1)
    return _at(kernel, day, at)


def _digest(kernel: Kernel, view: View, *, is_daily: bool) -> DigestMade:
    head = view.head()
    last = view.select(DigestRow, is_daily=True, order="-position", limit=1)
    since = last[0].head_position if last else 0
    return DigestMade(
        digest_id=kernel.ids.new(),
        day=_on_the_wall(kernel, kernel.clock.now()).date().isoformat(),
        is_daily=is_daily,
        since_position=since,
        head_position=head.position,
        head_hash=head.hash,
        content=gather(kernel, view, since),
    )


def _append(tx: Transaction, made: DigestMade) -> str:
    stream = f"digest-{made.digest_id}"
    tx.append(Draft(stream=stream, data=made, correlation_id=made.digest_id))
    return made.digest_id


def _on_the_wall(kernel: Kernel, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(kernel.business.operator.time_zone))


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _at(kernel: Kernel, day: date, clock: str) -> datetime:
    zone = ZoneInfo(kernel.business.operator.time_zone)
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}:00").replace(tzinfo=zone)

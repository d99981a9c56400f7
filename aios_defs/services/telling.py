"""Owns telling the operator: what can't wait, the day's digest, and a test on request.

A card is told once for the state it is in. Urgent messages are at least ten minutes apart, and what
comes in between is told together. A message carries counts, times and configured names, and a link
that needs a login: nothing can be decided from it.
"""

from datetime import timedelta

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.events.telling import TellingMade
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import Transaction, View
from aios_defs.core.projections.telling import delivery_id
from aios_defs.core.rows.telling import DeliveryRow, TellingRow, ToldRow
from aios_defs.core.telling import TellingKind
from aios_defs.services.deliveries import Messengers, deliver, hindrance, usable
from aios_defs.services.digest import digest_made_at, make_daily_digest, read_digest
from aios_defs.services.digest_words import digest_text, digest_title, sections
from aios_defs.services.kernel import Kernel
from aios_defs.services.telling_words import moment, text, title
from aios_defs.services.urgent import untold, urgent

APART = timedelta(minutes=10)
"""How far urgent messages are apart at least."""
LOOK_AGAIN = timedelta(minutes=1)
"""How soon to look again, although the ledger did not move: time alone makes things urgent."""
_AT_ONCE = 10_000
"""How many cards one message names at most; it counts all of them."""


def tell_due(kernel: Kernel, messengers: Messengers) -> int:
    """Make the day's digest when it is time, tell what is urgent, try again what failed.

    Cheap while the ledger stands still; call it every few seconds, from any process. Idempotent:
    what another process told is not told again. Returns how many messages were told.

    Raises:
        HomeLocked, StorageFailed: nothing can be written now.

    """
    if not _is_worth_a_look(kernel, messengers):
        return 0
    digest_id = make_daily_digest(kernel)
    if digest_id is not None:
        tell_digest(kernel, messengers, digest_id)
    tell_urgent(kernel, messengers)
    told = deliver(kernel, messengers)
    _remember(kernel, messengers)
    return told


def tell_urgent(kernel: Kernel, messengers: Messengers) -> str | None:
    """Decide to tell what can't wait and was not told; returns the message's id, or None."""
    with kernel.ledger.view() as view:
        found = urgent(kernel, view) if _may_tell_urgent(kernel, view, messengers) else []
    if not found:
        return None
    with kernel.ledger.transaction(actor="sweep") as tx:
        things = untold(tx, found)
        if not things or not _may_tell_urgent(kernel, tx, messengers):
            return None
        made = TellingMade(
            telling_id=kernel.ids.new(),
            kind="urgent",
            about=tuple(one.key for one in things[:_AT_ONCE]),
            title=title(len(things)),
            text=text(kernel, things),
            link=messengers.link("/inbox"),
        )
        return _append(tx, made)


def tell_digest(kernel: Kernel, messengers: Messengers, digest_id: str) -> str | None:
    """Decide to tell a digest, once; returns the message's id, or None when nobody takes it."""
    digest = read_digest(kernel, digest_id)
    with kernel.ledger.transaction(actor="sweep") as tx:
        if not any(usable(kernel, tx, messengers, "digest")) or _told(tx, digest_id):
            return None
        made = TellingMade(
            telling_id=kernel.ids.new(),
            kind="digest",
            about=(digest_id,),
            title=digest_title(digest),
            text=digest_text(kernel, digest),
            link=messengers.link(f"/digests/{digest_id}"),
        )
        return _append(tx, made)


def check_channels(messengers: Messengers) -> None:
    """Raise UsageInvalid unless a channel is configured that takes a test."""
    if not any(one.takes("test") for one in messengers.channels):
        raise UsageInvalid(
            "Nothing is configured that could tell you.",
            remedy="Add `notify` with `mail` or `ntfy` to business/operator.yaml.",
        )


def send_test(kernel: Kernel, messengers: Messengers) -> JsonObject:
    """Send a test over every channel at once; returns what came of it.

    The shape is `{"telling_id": str, "channels": [{"channel", "state", "error", "at"}]}`; a state
    is told, failed, uncertain, or held (`error` says by what).

    Raises:
        UsageInvalid: no channel is configured.

    """
    check_channels(messengers)
    with kernel.ledger.transaction(actor="operator") as tx:
        made = TellingMade(
            telling_id=kernel.ids.new(),
            kind="test",
            about=(),
            title="AIOS: a test",
            text=f"You asked for this test. As of {moment(kernel, tx.now)}.\n",
            link=messengers.link("/inbox"),
        )
        telling_id = _append(tx, made)
    deliver(kernel, messengers)
    return _outcome(kernel, messengers, telling_id, "test")


def show_digest(kernel: Kernel, messengers: Messengers, digest_id: str) -> JsonObject:
    """Return a digest: its event's data, `made_at`, `sections`, `text`, and how it was told.

    `channels` is as `send_test` returns it, empty when it was not told; `sections` is as
    `digest_words` has it.

    Raises:
        UnknownId: there is no such digest.

    """
    digest, made_at = read_digest(kernel, digest_id), digest_made_at(kernel, digest_id)
    with kernel.ledger.view() as view:
        telling_id = _told(view, digest_id)
    outcome = _outcome(kernel, messengers, telling_id, "digest") if telling_id else {}
    return {
        **digest.model_dump(mode="json"),
        "made_at": made_at,
        "sections": list[JsonValue](sections(kernel, digest)),
        "text": digest_text(kernel, digest),
        "channels": outcome.get("channels", []),
    }


def send_digest(kernel: Kernel, messengers: Messengers, digest_id: str) -> JsonObject:
    """Tell a digest over every channel that takes it, at once, and return it as it is shown."""
    tell_digest(kernel, messengers, digest_id)
    deliver(kernel, messengers)
    return show_digest(kernel, messengers, digest_id)


def _outcome(
    kernel: Kernel, messengers: Messengers, telling_id: str, kind: TellingKind
) -> JsonObject:
    with kernel.ledger.view() as view:
        channels: list[JsonValue] = []
        for one in messengers.channels:
            row = view.get(DeliveryRow, delivery_id(telling_id, one.channel))
            if row is not None or one.takes(kind):
                held = hindrance(kernel, view, one) if row is None else row.error
                channels.append(
                    {
                        "channel": one.channel,
                        "state": row.state if row else "held",
                        "error": held,
                        "at": rfc3339(row.at) if row else None,
                    }
                )
    return {"telling_id": telling_id, "channels": channels}


def _may_tell_urgent(kernel: Kernel, view: View, messengers: Messengers) -> bool:
    last = view.select(TellingRow, kind="urgent", order="-made_at", limit=1)
    if last and kernel.clock.now() - last[0].made_at < APART:
        return False
    return any(usable(kernel, view, messengers, "urgent"))


def _told(view: View, about: str) -> str | None:
    row = view.get(ToldRow, about)
    return row.telling_id if row else None


def _append(tx: Transaction, made: TellingMade) -> str:
    stream = f"telling-{made.telling_id}"
    tx.append(Draft(stream=stream, data=made, correlation_id=made.telling_id))
    return made.telling_id


def _is_worth_a_look(kernel: Kernel, messengers: Messengers) -> bool:
    watch = messengers.watch
    with kernel.ledger.view() as view:
        has_moved = view.head().position != watch.position
    return has_moved or watch.at is None or abs(kernel.clock.now() - watch.at) >= LOOK_AGAIN


def _remember(kernel: Kernel, messengers: Messengers) -> None:
    with kernel.ledger.view() as view:
        messengers.watch.position = view.head().position
    messengers.watch.at = kernel.clock.now()

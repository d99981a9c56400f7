"""Owns what is told of the ways to the operator: each channel, and how the last messages went."""

from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import Messenger, View
from aios_defs.core.rows.telling import DeliveryRow, TellingRow
from aios_defs.core.telling import TellingKind
from aios_defs.services.deliveries import Messengers, hindrance
from aios_defs.services.kernel import Kernel

_KINDS: tuple[TellingKind, ...] = ("urgent", "digest", "test")
_LATEST = 5


def notifications(kernel: Kernel, messengers: Messengers) -> JsonObject:
    """Return how the operator is told: what is configured, each channel, the last messages.

    A channel's `held` says why it may not be used now, or is None.
    """
    notify = kernel.business.operator.notify
    with kernel.ledger.view() as view:
        return {
            "mail": notify.mail,
            "ntfy": f"{notify.ntfy.url}/{notify.ntfy.topic}" if notify.ntfy else None,
            "urgent": notify.urgent,
            "digest": notify.digest,
            "digest_at": notify.digest_at,
            "can_test": any(one.takes("test") for one in messengers.channels),
            "channels": [_channel(kernel, view, one) for one in messengers.channels],
            "latest": [
                _message(view, row)
                for row in view.select(TellingRow, order="-made_at", limit=_LATEST)
            ],
        }


def _channel(kernel: Kernel, view: View, messenger: Messenger) -> JsonValue:
    return {
        "channel": messenger.channel,
        "connector": messenger.connector,
        "is_loopback": messenger.is_loopback,
        "kinds": [kind for kind in _KINDS if messenger.takes(kind)],
        "held": hindrance(kernel, view, messenger),
    }


def _message(view: View, row: TellingRow) -> JsonValue:
    deliveries = view.select(DeliveryRow, telling_id=row.id)
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "made_at": rfc3339(row.made_at),
        "deliveries": [
            {"channel": one.channel, "state": one.state, "error": one.error, "at": rfc3339(one.at)}
            for one in deliveries
        ],
    }

"""Owns nonces: a form shown to a session can be sent once, by that session, about that thing.

A nonce is `expiry.chance.mac`; making one writes nothing. Using it up writes its MAC, so that a
replay is refused by every process of the home.
"""

import re
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from aios_defs.core.errors import NonceRefused
from aios_defs.core.rows.access import NonceRow
from aios_defs.services.kernel import Kernel

LIFE = timedelta(hours=12)

_SHAPE = re.compile(r"([0-9]{1,11})\.([A-Za-z0-9_-]{43})\.([0-9a-f]{64})", re.ASCII)
_PRUNED = 100


def new_nonce(kernel: Kernel, session_id: str, about: str) -> str:
    """Return a nonce for a session and what its form is about; writes nothing.

    `about` names the act and exactly what was shown: a card's id with its content hash.
    """
    expiry = str(int((kernel.clock.now() + LIFE).timestamp()))
    chance = kernel.vault.new_secret()
    return f"{expiry}.{chance}.{_mac(kernel, session_id, about, expiry=expiry, chance=chance)}"


def spend_nonce(kernel: Kernel, nonce: str, session_id: str, about: str) -> None:
    """Use a nonce up, durably, before the act it protects.

    Raises:
        NonceRefused: it is forged, of another session or about something else (`forged`), older
            than 12 hours (`expired`), or was used (`used`); nothing was written.

    """
    found = _SHAPE.fullmatch(nonce)
    if found is None:
        raise _refused("forged")
    expiry, chance, given = found.groups()
    right = _mac(kernel, session_id, about, expiry=expiry, chance=chance)
    if not compare_digest(given, right):
        raise _refused("forged")
    _mark_used(kernel, right, datetime.fromtimestamp(int(expiry), UTC))


def shown_mark(kernel: Kernel, session_id: str, about: str) -> str:
    """Return the proof that something was shown to a session; it is never used up.

    It stands beside a nonce, for a form of which only a part is sent.
    """
    return kernel.vault.digest("shown", session_id, about)


def check_shown(kernel: Kernel, mark: str, session_id: str, about: str) -> None:
    """Raise NonceRefused (`forged`) unless this was shown to this session."""
    if not compare_digest(mark.encode(), shown_mark(kernel, session_id, about).encode()):
        raise _refused("forged")


def _mark_used(kernel: Kernel, digest: str, expires_at: datetime) -> None:
    with kernel.ledger.transaction(actor="gateway") as tx:
        if expires_at <= tx.now:
            raise _refused("expired")
        if tx.get(NonceRow, digest) is not None:
            raise _refused("used")
        for old in tx.select(NonceRow, expires_at__lte=tx.now, limit=_PRUNED):
            tx.delete(NonceRow, old.digest)
        tx.put(NonceRow(digest=digest, expires_at=expires_at))


def _mac(kernel: Kernel, session_id: str, about: str, *, expiry: str, chance: str) -> str:
    return kernel.vault.digest("nonce", session_id, about, expiry, chance)


def _refused(reason: str) -> NonceRefused:
    messages = {
        "forged": "This form is not one that was shown to this session about this.",
        "expired": "This form was shown more than 12 hours ago.",
        "used": "This form was sent before.",
    }
    return NonceRefused(
        messages[reason],
        remedy="Nothing was done by this request. Load the page anew, look, and decide there.",
        reason=reason,
    )

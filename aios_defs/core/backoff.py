"""Owns when a failed action is tried again: after a backoff that grows, while it still makes sense.

An attempt that broke off before it reached anybody is repeated at once; what was refused for now
waits longer each time, as servers that ask for patience want it.
"""

from datetime import datetime, timedelta
from zlib import crc32

MAX_ATTEMPTS = 4
"""How often an action is tried before only the operator may try again."""
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20))
"""How long to wait after the first, second, third attempt; up to a fifth is added."""
BROKE_OFF = ("not_sent", "storage_failed")
"""The failures that nobody outside had a part in."""
_JITTER = 0.2
_SHARES = 1 << 32


def next_attempt(
    error: str, attempts: int, key: str, *, failed_at: datetime, limits: tuple[datetime, ...]
) -> datetime | None:
    """Return when an action that failed for now is tried again, None if only the operator may.

    `attempts` counts those made; no attempt is planned after the earliest of `limits`. The jitter
    comes from the key and the attempt, so that the same events always give the same time.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    if error in BROKE_OFF:
        return failed_at
    wait = BACKOFF[max(attempts, 1) - 1]
    share = crc32(f"{key} {attempts}".encode()) / _SHARES
    planned = failed_at + wait * (1 + _JITTER * share)
    return planned if all(planned <= limit for limit in limits) else None

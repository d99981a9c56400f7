"""Owns the ids: UUIDv7 (RFC 9562), the one place that takes chance from the system.

48 bits of milliseconds, then a 12-bit and a 62-bit part that together count up from a random start
within one millisecond (RFC 9562, section 6.2, method 2), so that ids of one process only grow, also
while the clock stands still or goes back.
"""

import os
import secrets
import threading
import time

_COUNTER_BITS = 74
_LOW_BITS = 62
_LOW = (1 << _LOW_BITS) - 1
_HEADROOM = 1
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


def uuid7_text(milliseconds: int, counter: int) -> str:
    """Write a UUIDv7 of a Unix time in milliseconds and the 74 bits that follow it."""
    high, low = counter >> _LOW_BITS, counter & _LOW
    digits = f"{(milliseconds << 80) | _VERSION | (high << 64) | _VARIANT | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class UuidV7Ids:
    """Gives out UUIDv7, increasing within one process, safe in threads and after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._milliseconds = 0
        self._counter = 0

    def new(self) -> str:
        """Return a new UUIDv7 as text."""
        if self._pid != os.getpid():
            self.__init__()  # a forked child would repeat its parent's ids
        with self._lock:
            self._advance(time.time_ns() // 1_000_000)
            return uuid7_text(self._milliseconds, self._counter)

    def _advance(self, milliseconds: int) -> None:
        if milliseconds > self._milliseconds:
            self._milliseconds = milliseconds
            self._counter = secrets.randbits(_COUNTER_BITS - _HEADROOM)
            return
        self._counter += 1 + secrets.randbits(32)
        if self._counter >> _COUNTER_BITS:
            self._milliseconds += 1
            self._counter = secrets.randbits(_COUNTER_BITS - _HEADROOM)

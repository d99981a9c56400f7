"""Owns waiting in tests for what a thread or a process does; no test asserts how long it took."""

import time
from collections.abc import Callable

PATIENCE = 150.0
"""Seconds after which a test gives up."""
_EVERY = 0.02


def eventually(is_so: Callable[[], bool]) -> bool:
    """Return whether something came true before patience ended."""
    end = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < end:
        time.sleep(_EVERY)
    return is_so()

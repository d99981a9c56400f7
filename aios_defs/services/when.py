"""Owns the place in the ledger that an instant had: what was known then."""

from datetime import datetime

from aios_defs.core.ports import View


def position_at(view: View, instant: datetime) -> int:
    """Return the position of the last event that was recorded by an instant, 0 for none.

    The log is in order of time but for a clock that went backwards; then it is one of the events
    around that place.
    """
    low, high = 0, view.head().position
    while low < high:
        middle = (low + high + 1) // 2
        event = next(iter(view.events(after=middle - 1, limit=1)))
        low, high = (middle, high) if event.time <= instant else (low, middle - 1)
    return low

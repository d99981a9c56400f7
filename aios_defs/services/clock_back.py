"""Owns noticing a clock that went back: the ledger remembers a time that is still to come.

The order of events is their position, so nothing is lost or done twice. But what is due by the
clock (undo windows, expiries, leases) waits until the clock has caught up, and times in the log
are not in order; so the operator is told.
"""

from datetime import datetime, timedelta

from aios_defs.core.ports import View
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, raise_notice

LEAST = timedelta(minutes=2)
"""A step back that clocks make by themselves and nobody has to know of."""
_LOOKED_AT = 200
"""How many of the last events are looked at: what is written after the step has earlier times."""


def clock_is_behind(kernel: Kernel) -> timedelta | None:
    """Return how far the clock stands behind the latest event; None where that is nothing much."""
    with kernel.ledger.view() as view:
        latest = _latest(view)
    behind = latest - kernel.clock.now() if latest else timedelta(0)
    return behind if behind >= LEAST else None


def tell_of_clock(kernel: Kernel) -> None:
    """Raise a card while the clock is behind, and end it once it has caught up."""
    behind = clock_is_behind(kernel)
    if behind is None:
        end_notices(kernel, "lane", "clock")
        return
    raise_notice(
        kernel,
        "lane",
        "clock",
        f"This machine's clock went back: {words(behind)} behind what happened last. What is due "
        "by the clock comes later by as much; nothing is lost.",
        "Set the clock right (`timedatectl` says how it stands); this card ends by itself.",
    )


def words(behind: timedelta) -> str:
    """Return a length of time in hours or minutes."""
    hours, minutes = divmod(int(behind.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _latest(view: View) -> datetime | None:
    after = max(0, view.head().position - _LOOKED_AT)
    return max((one.time for one in view.events(after=after)), default=None)

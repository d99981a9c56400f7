"""Owns spans and moments as people write and read them: `7d`, `in 10 s`, `3 h ago`."""

import re
from datetime import datetime, timedelta

from aios_defs.core.errors import UsageInvalid

_SPAN = re.compile(r"(\d{1,6})(s|m|h|d|)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_STEPS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def parse_span(text: str) -> timedelta:
    """Read a span such as `30s`, `10m`, `2h` or `7d`; a number alone counts seconds.

    Raises:
        UsageInvalid: it is none of these.

    """
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise UsageInvalid(
            f"{text!r} is no duration.", remedy="Write a number and a unit: 30s, 10m, 2h or 7d."
        )
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def relative(moment: datetime, now: datetime) -> str:
    """Return how far a moment is from now: `in 10 s`, `3 h ago`, `now`."""
    seconds = round((moment - now).total_seconds())
    if not seconds:
        return "now"
    size, unit = next(step for step in _STEPS if abs(seconds) >= step[0])
    shown = f"{abs(seconds) // size} {unit}"
    return f"in {shown}" if seconds > 0 else f"{shown} ago"

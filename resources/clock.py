"""Owns the system's time: the one place that reads it."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> datetime:
        """Return the aware instant, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds; returns at once for zero and less."""
        if seconds > 0:
            time.sleep(seconds)

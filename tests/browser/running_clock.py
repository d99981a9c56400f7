"""Owns a clock that runs as this machine's does, and that a test may move on."""

from datetime import datetime, timedelta

from resources.clock import SystemClock
from resources.testing.fixed_clock import FixedClock


class RunningClock(FixedClock):
    """The system's time plus what it was moved by."""

    def __init__(self) -> None:
        super().__init__()
        self._system = SystemClock()
        self._moved = timedelta()

    def now(self) -> datetime:
        """Return the instant it is."""
        return self._system.now() + self._moved

    def advance(self, by: timedelta) -> None:
        """Move the clock on."""
        self._moved += by

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        self._system.sleep(seconds)

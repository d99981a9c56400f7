"""Owns a clock that runs as this machine's does, and that a test may move on."""

import time
from datetime import datetime, timedelta

from resources.testing.fixed_clock import START, FixedClock


class RunningClock(FixedClock):
    """Begins at an instant, unless told otherwise that of all tests, and runs on from there."""

    def __init__(self, begins: datetime = START) -> None:
        super().__init__(begins)
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the instant it is."""
        return super().now() + timedelta(seconds=time.monotonic() - self._began)

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        time.sleep(seconds)

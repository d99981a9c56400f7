"""Owns the clock of tests: it stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

START = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
"""When a fixed clock begins unless told otherwise."""


class FixedClock:
    """Tells one instant; sleeping moves it on at once."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move the clock; a negative step goes back."""
        self._now += by

    def sleep(self, seconds: float) -> None:
        """Move the clock on by that many seconds instead of waiting."""
        if seconds > 0:
            self.advance(timedelta(seconds=seconds))

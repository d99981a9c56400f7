"""Owns how long to wait before a process that ended is started again."""

from dataclasses import dataclass, field

FIRST, LONGEST = 0.2, 30.0
"""Seconds before the first and before every late start."""
WELL_AFTER = 20.0
"""Seconds of life after which a process counts as well, and its next end as the first."""
FAILING_AFTER = 5
"""Ends in a row after which a process is said to fail."""


@dataclass(slots=True)
class Backoff:
    """The ends of one process that came one soon after the other; times are monotonic seconds."""

    in_a_row: int = field(default=0, init=False)

    def ended(self, lived: float) -> float:
        """Count an end after so many seconds of life; returns the seconds to wait."""
        self.in_a_row = 1 if lived >= WELL_AFTER else self.in_a_row + 1
        return min(FIRST * 2.0 ** (self.in_a_row - 1), LONGEST)

    def is_failing(self, lived: float) -> bool:
        """Return whether it ended again and again and has not been well since."""
        return self.in_a_row >= FAILING_AFTER and lived < WELL_AFTER

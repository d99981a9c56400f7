"""Owns the points of the crash campaign: who reaches the armed one ends or stops there.

It sends the signal to itself, so SIGKILL ends a real process with no chance to clean up, and
SIGSTOP leaves it standing, with its locks and its lease, until someone sends SIGCONT.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from signal import SIGKILL, Signals


@dataclass(slots=True, kw_only=True)
class KillPoints:
    """Signals this process at the `nth` time that `point` is reached; without a point, never.

    `told` hears of every point reached before, so that a parent can follow.
    """

    point: str | None = None
    nth: int = 1
    signal: Signals = SIGKILL
    told: Callable[[str], None] | None = None
    seen: int = field(default=0, init=False)

    def reached(self, point: str) -> None:
        """Tell of the point, then signal this process if it is the armed one."""
        if self.told is not None:
            self.told(point)
        if point != self.point:
            return
        self.seen += 1
        if self.seen == self.nth:
            os.kill(os.getpid(), self.signal)

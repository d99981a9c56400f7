"""Owns which faults a proxy shall play, and what it played; usable from any thread."""

import re
import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["drop_before", "commit_then_drop", "truncate", "delay", "slow_drip", "duplicate"]
Due = tuple["Fault", re.Match[bytes]]
"""A fault to be played, and what its pattern matched."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned fault: it is played `times` times at `pattern`, then it is over.

    `passes` lets that many matches through first. `seconds` is the wait of `delay` and the pause
    of `slow_drip`.
    """

    kind: Kind
    pattern: bytes
    times: int = 1
    passes: int = 0
    seconds: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A fault that was played: on which connection (from 1), at what, and the reply it met.

    `reply` is what the server answered, also where the client never got it; empty for
    `drop_before` and while no answer has come.
    """

    kind: Kind
    connection: int
    matched: bytes
    reply: bytes = b""


@dataclass(slots=True)
class _Arm:
    """An armed fault and how often its pattern was met."""

    fault: Fault
    pattern: re.Pattern[bytes]
    met: int = 0

    @property
    def is_over(self) -> bool:
        return self.met >= self.fault.passes + self.fault.times

    def meets(self) -> bool:
        """Count one match; return whether the fault is due."""
        self.met += 1
        return self.met > self.fault.passes


@dataclass(slots=True)
class FaultPlan:
    """The armed faults in order, and the played ones."""

    _arms: list[_Arm] = field(default_factory=list[_Arm])
    _played: list[Played] = field(default_factory=list[Played])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: Fault) -> None:
        """Plan a fault; the first planned one whose pattern is met is played.

        Raises:
            re.error: the pattern is no regular expression.

        """
        with self._lock:
            self._arms.append(_Arm(fault, re.compile(fault.pattern, re.DOTALL | re.IGNORECASE)))

    def disarm(self) -> None:
        """Forget what was planned and not played."""
        with self._lock:
            self._arms.clear()

    @property
    def played(self) -> tuple[Played, ...]:
        """What was played so far, in order."""
        with self._lock:
            return tuple(self._played)

    @property
    def is_armed(self) -> bool:
        """Whether a planned fault waits for its pattern."""
        with self._lock:
            return bool(self._arms)

    def due(self, window: bytes, old: int) -> Due | None:
        """Return the fault that the bytes after the first `old` ones complete, and its match."""
        with self._lock:
            for arm in self._arms:
                found = next((m for m in arm.pattern.finditer(window) if m.end() > old), None)
                if found is None or not arm.meets():
                    continue
                self._arms = [one for one in self._arms if not one.is_over]
                return arm.fault, found
        return None

    def note(self, played: Played) -> None:
        """Keep what was played."""
        with self._lock:
            self._played.append(played)

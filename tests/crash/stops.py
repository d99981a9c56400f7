"""Owns the worker that is paused at a point, loses its lease to another one, and goes on.

The other one's clock is later than the lease, so nobody waits. Where the paused worker stands in a
transaction it keeps the ledger locked: there both go on at once.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from signal import SIGSTOP

from aios_defs.services.kernel import LEASE
from resources.testing.kill_points import KillPoints
from tests.crash.parts import Part, dies_at, working
from tests.crash.processes import Child
from tests.crash.scene import Scene

LATER = LEASE + timedelta(seconds=5)
LOCKING = frozenset({"commit.intended", "commit.recording"})
"""Points inside a transaction."""
_HEAD_START = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a worker stops, at which time it gets there, and where its letters go meanwhile."""

    point: str
    nth: int = 1
    moved_to: str = ""

    @property
    def name(self) -> str:
        """What the table calls it: the second time in one commit is another place."""
        return self.point if self.nth == 1 else f"{self.point} again"


def stop_at_each(part: Part, stops: list[Stop], kind: str) -> None:
    """Stop one worker in a home of its own for each of the stops."""
    for stop in stops:
        scene = part.scene(kind, mails=2)
        if stop.point.startswith("reconcile."):
            part.tally.kills["commit.started"] += dies_at(scene, "commit.started", 1)
        _stop(part, scene, stop)
        part.close(scene, LATER)


def _stop(part: Part, scene: Scene, stop: Stop) -> None:
    paused = working(scene, KillPoints(point=stop.point, nth=stop.nth, signal=SIGSTOP))
    if paused.wait_until_stopped():
        part.tally.pauses[stop.name] += 1
        _take_over(scene, stop, paused)
    paused.end()


def _take_over(scene: Scene, stop: Stop, paused: Child) -> None:
    other = working(scene, later=LATER)
    if stop.point in LOCKING:
        time.sleep(_HEAD_START)
        paused.go_on()
        other.end()
        return
    _move(scene, stop)
    other.end()
    _move(scene, stop)
    paused.go_on()


def _move(scene: Scene, stop: Stop) -> None:
    if stop.moved_to:
        scene.consume(stop.moved_to)

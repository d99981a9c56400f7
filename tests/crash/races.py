"""Owns two processes that do the same at the same moment, one of which may be killed."""

import time
from collections.abc import Callable
from signal import SIGSTOP

from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Points
from resources.testing.kill_points import KillPoints
from tests.crash.parts import Part
from tests.crash.processes import Child, Ended, run, start
from tests.crash.scene import Scene
from tests.crash.work import approve_all, commit_all, take_up_only, work

MAILS = 4
_LONGEST = 0.05
_Act = Callable[[Scene, Points], JsonObject]


def approve_twice(part: Part) -> None:
    """Approve the same decisions from two processes, then let two workers loose on them."""
    while part.tally.killed < part.kills:
        scene = part.scene(mails=MAILS, asks=True)
        run(lambda _, scene=scene: take_up_only(scene))
        ended = _race(part, scene, approve_all, "approve.begin")
        granted = sum(int(str(one.answer.get("granted", 0))) for one in ended)
        if granted > MAILS:
            part.tally.flaws.append(f"{granted} approvals of {MAILS} decisions")
        run(lambda _, scene=scene: approve_all(scene))
        for worker in [start(lambda _, scene=scene: work(scene)) for _ in range(2)]:
            worker.end()
        part.close(scene)


def commit_twice(part: Part) -> None:
    """Commit the same actions by their ids from two processes."""
    while part.tally.killed < part.kills:
        scene = part.scene(mails=MAILS)
        run(lambda _, scene=scene: take_up_only(scene))
        _race(part, scene, commit_all, "race.begin")
        part.close(scene)


def _race(part: Part, scene: Scene, act: _Act, line: str) -> list[Ended]:
    """Start two processes from one line, and kill the first in three of four races."""
    racers = [_at(line, scene, act) for _ in range(2)]
    for racer in racers:
        racer.wait_until_stopped()
    for racer in racers:
        racer.go_on()
    if part.chance.random() < 3 / 4:
        time.sleep(part.chance.uniform(0, _LONGEST))
        racers[0].kill()
    ended = [racer.end() for racer in racers]
    part.tally.kills["in a race"] += ended[0].is_killed
    return ended


def _at(line: str, scene: Scene, act: _Act) -> Child:
    return start(lambda _: act(scene, KillPoints(point=line, signal=SIGSTOP)))

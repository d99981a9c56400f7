"""Owns the operator's brake, pulled while a worker commits; the worker or the brake is killed."""

import time

from tests.crash.parts import Part, working
from tests.crash.processes import Child, run, start
from tests.crash.scene import Scene
from tests.crash.work import pause_all, resume_all, work

MAILS = 6
_LONGEST = 0.03


def pull_the_brake(part: Part) -> None:
    """Pause everything in mid-work until the part's kills are counted, then let it go on."""
    while part.tally.killed < part.kills:
        scene = part.scene(mails=MAILS)
        _pull(part, scene)
        run(lambda _, scene=scene: work(scene))
        run(lambda _, scene=scene: resume_all(scene))
        part.close(scene)


def _pull(part: Part, scene: Scene) -> None:
    worker = working(scene)
    worker.hear("commit.claiming", part.chance.randint(1, MAILS - 1))
    brake = start(lambda _: pause_all(scene))
    victim = part.chance.choice(("worker", "worker", "brake", "nobody"))
    time.sleep(part.chance.uniform(0, _LONGEST))
    if victim == "worker":
        worker.kill()
    if victim == "brake":
        brake.kill()
    _count(part, worker, "worker at a pause")
    _count(part, brake, "pause itself")


def _count(part: Part, child: Child, name: str) -> None:
    part.tally.kills[name] += child.end().is_killed

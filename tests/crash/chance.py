"""Owns the kills at random moments, of one process alone or of one of two that work at once."""

import time

from tests.crash.parts import Part, working
from tests.crash.processes import Child
from tests.crash.scene import MAIL, Scene

RANDOM = "any moment"
PER_HOME = 6
_LONGEST = 0.06
"""Seconds after a commit began within which the kill falls: a few times what a commit takes."""


def kill_anywhere(part: Part, kinds: tuple[str, ...] = (MAIL,)) -> None:
    """Kill working processes at random moments until the part's kills are counted."""
    while part.tally.killed < part.kills:
        scene = part.scene(part.chance.choice(kinds))
        for _ in range(PER_HOME):
            if part.tally.killed < part.kills and not _one_more(part, scene):
                break
        part.close(scene)


def _one_more(part: Part, scene: Scene) -> bool:
    """Kill one process; False when it was done before, so that the home has no work left."""
    children = [working(scene) for _ in range(part.chance.choice((1, 1, 2)))]
    is_killed = _kill(part, children[0])
    for other in children[1:]:
        other.end()
    return is_killed


def _kill(part: Part, child: Child) -> bool:
    if part.chance.random() < 0.75:
        child.hear("commit.claiming", part.chance.randint(1, 3))
    time.sleep(part.chance.uniform(0, _LONGEST))
    child.kill()
    is_killed = child.end().is_killed
    part.tally.kills[RANDOM] += is_killed
    return is_killed

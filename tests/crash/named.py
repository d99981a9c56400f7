"""Owns the kills at named points: each point as often as asked, each followed by the same work."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import cycle

from tests.crash.parts import Part, dies_at
from tests.crash.scene import Scene

EACH = 5
"""How often each point is hit at least."""
PER_HOME = 8
_PATIENCE = 4
_BEFORE_RECONCILING = ("commit.started", "commit.fenced")


def kill_at_each(
    part: Part, points: Sequence[str], kinds: Sequence[str], faults: dict[str, int] | None = None
) -> None:
    """Kill a process at each point, at least EACH times, on homes of these kinds in turn.

    A point that this home does not reach any more is the first of the next one; what a fresh home
    does not reach, a few times over, is given up, and the test counts it.
    """
    each = max(EACH, -(-part.kills // len(points)))
    owed = [point for point in points for _ in range(each)]
    part.chance.shuffle(owed)
    queue, misses = deque(owed), Counter[str]()
    scenes = (part.scene(kind, faults=faults or {}) for kind in cycle(kinds))
    while queue:
        _kill_in(part, next(scenes), queue, misses)
        while queue and misses[queue[0]] >= _PATIENCE:
            queue.popleft()


def _kill_in(part: Part, scene: Scene, queue: deque[str], misses: Counter[str]) -> None:
    for point in _next_points(queue):
        nth = 1 if misses[point] else part.chance.choice((1, 1, 2))
        if point.startswith("reconcile."):
            _leave_uncertain(part, scene)
            nth = 1
        if not dies_at(scene, point, nth):
            misses[point] += 1
            break
        part.tally.kills[point] += 1
        misses[point] = 0
        queue.popleft()
    part.close(scene)


def _next_points(queue: deque[str]) -> Iterator[str]:
    for _ in range(PER_HOME):
        if queue:
            yield queue[0]


def _leave_uncertain(part: Part, scene: Scene) -> None:
    before = part.chance.choice(_BEFORE_RECONCILING)
    if dies_at(scene, before, 1):
        part.tally.kills[before] += 1

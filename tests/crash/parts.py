"""Owns what the parts of the campaign share: their homes, one after the other, and their tally."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from resources.testing.kill_points import KillPoints
from tests.crash.checks import examine
from tests.crash.processes import Child, run, start
from tests.crash.scene import MAIL, Scene, make
from tests.crash.tally import Tally
from tests.crash.work import begin, settle, work


@dataclass(slots=True, kw_only=True)
class Part:
    """One part of the campaign: where it works, how many kills it owes, by which chance.

    `servers` tells where the real mail servers are, for the parts that use them.
    """

    name: str
    folder: Path
    kills: int
    seed: int
    servers: dict[str, Any] = field(default_factory=dict[str, Any])
    chance: random.Random = field(init=False)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.name}:{self.seed}")  # noqa: S311 - no secret
        self.tally = Tally(name=self.name, seed=self.seed)

    def scene(self, kind: str = MAIL, **details: Any) -> Scene:  # noqa: ANN401 - Scene's fields
        """Make the next home, ready to work."""
        home = self.folder / f"{self.name}-{len(list(self.folder.iterdir()))}"
        made = make(Scene(home=home, kind=kind, **details))
        run(lambda _: begin(made))
        return made

    def close(self, scene: Scene, later: timedelta = timedelta()) -> None:
        """Let a home come to rest, examine it and count it."""
        settled = run(lambda _: settle(scene, later))
        self.tally.add(run(lambda _: examine(scene)), settled)


def working(scene: Scene, armed: KillPoints | None = None, later: timedelta = timedelta()) -> Child:
    """Start a process that works, and tells of each point unless it is armed."""
    return start(lambda tell: work(scene, armed or KillPoints(told=tell), later))


def dies_at(scene: Scene, point: str, nth: int) -> bool:
    """Let a process work until it is killed at a point; False when it ended before."""
    return working(scene, KillPoints(point=point, nth=nth)).end().is_killed

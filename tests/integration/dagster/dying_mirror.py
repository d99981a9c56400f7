"""Owns the processes that a test lets die while they tell Dagster what happened.

Dagster is imported once; each process to be killed is forked from here.
"""

import os
import signal
import sys
from pathlib import Path

from assets.reports.mirror import mirror_runs
from resources.dagster_instance import open_instance
from resources.home import World, open_home
from resources.testing.fixed_clock import FixedClock
from resources.testing.kill_points import KillPoints
from tests.servers.database import home_settings


def main(home: Path, kills: list[str]) -> None:
    """Mirror a home again and again; each time it dies where `POINT*NTH` says."""
    for kill in kills:
        point, _, nth = kill.partition("*")
        child = os.fork()
        if child == 0:
            _mirror(home, KillPoints(point=point, nth=int(nth)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit(f"{kill} was not reached")


def _mirror(home: Path, points: KillPoints) -> None:
    opened = open_home(home_settings(home), World(clock=FixedClock(), points=points))
    with open_instance(home) as instance:
        mirror_runs(opened.kernel, instance)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

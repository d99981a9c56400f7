"""Owns the process that a test lets die: one run of a workflow, killed at a named point."""

import sys
from pathlib import Path

from aios_defs.definitions import run_workflow
from aios_defs.settings.environment import load_settings
from resources.home import World, open_home
from resources.testing.fixed_clock import FixedClock
from resources.testing.kill_points import KillPoints
from tests.integration.dagster.conftest import WORKFLOW
from tests.servers.database import home_environment


def main(home: Path, point: str) -> None:
    """Run the workflow in a home with the clock of the tests and die at the point."""
    world = World(clock=FixedClock(), points=KillPoints(point=point))
    run_workflow(open_home(load_settings(home_environment(home)), world), WORKFLOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

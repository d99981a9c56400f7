"""Proves that an erasure outlives kill -9: once its event is there, a next start does the rest."""

import subprocess
import sys

import pytest

from aios_defs.services.erasure.certificate import certificate_of
from aios_defs.services.erasure.finish import unfinished
from resources.erasing import finish_erasures
from tests.integration.desk import Desk
from tests.integration.erasure.planted import WORDS, filled
from tests.integration.erasure.searching import files_with, readable_with, tables_with

CHILD = """
import sys
from pathlib import Path
from aios_defs.services.erasure.forget import forget
from resources.erasing import finish_erasures
from resources.home import World, open_home
from resources.testing.fixed_clock import FixedClock
from resources.testing.kill_points import KillPoints
from tests.servers.database import home_settings
path, whom, point, nth = sys.argv[1:]
world = World(clock=FixedClock(), points=KillPoints(point=point, nth=int(nth)))
home = open_home(home_settings(Path(path)), world)
if whom:
    forget(home.kernel, whom)
finish_erasures(home)
"""
POINTS = (
    ("erasure.appended", 1),
    ("erasure.logged", 1),
    ("erasure.key_destroyed", 3),
    ("erasure.keys_destroyed", 1),
    ("erasure.index_rebuilt", 1),
    ("erasure.tables_rebuilt", 1),
)


def killed(desk: Desk, whom: str, point: str, nth: int) -> int:
    """Forget, or go on with it, in a process that kills itself at a point; returns its code."""
    words = [sys.executable, "-c", CHILD, str(desk.path), whom, point, str(nth)]
    return subprocess.run(words, check=False, capture_output=True, timeout=120).returncode


@pytest.mark.parametrize(("point", "nth"), POINTS)
def test_killed_at_any_step_the_next_start_finishes(desk: Desk, point: str, nth: int) -> None:
    """Killed once while it is done, and once more while it is gone on with: nothing is left."""
    whom = filled(desk)
    desk.home.ledger.close()

    assert killed(desk, whom, point, nth) == -9
    second = "erasure.keys_destroyed" if point == "erasure.appended" else point
    assert killed(desk, "", second, 1) == -9
    desk.open()
    assert len(unfinished(desk.kernel)) == 1
    assert finish_erasures(desk.home) == 1

    assert certificate_of(desk.kernel, whom)["is_finished"]
    assert readable_with(desk.kernel, WORDS) == []
    assert tables_with(desk.path / "lance", WORDS) == []
    assert files_with(desk.path, WORDS) == []
    assert len((desk.path / "erasures.log").read_text().splitlines()) == 1

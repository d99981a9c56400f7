"""Proves that processes which open a new home's Dagster storage at the same moment all get in."""

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from resources.dagster_instance import render_instance
from tests.house.tree import ROOT
from tests.patience import PATIENCE
from tests.servers.postgres import shared_server

OPEN = """
import dagster, sys
from pathlib import Path
from resources.dagster_instance import open_instance
print("ready", flush=True)
sys.stdin.readline()
with open_instance(Path(sys.argv[1])) as instance:
    print(len(instance.get_runs()))
"""
TOGETHER, HOMES = 2, 60


def opening(home: Path, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    """Start a process that opens the storage once it is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, str(home)],
        env={"PYTHONPATH": str(ROOT), "HOME": str(home), **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_that_make_the_storage_at_once_both_open_it(tmp_path: Path, database: str) -> None:
    """One of two processes makes it, the other waits for that, and neither fails."""
    is_server = database == "postgresql"
    environment = {"AIOS_DATABASE_URL": shared_server().fresh()} if is_server else {}
    both = [opening(tmp_path, environment) for _ in range(TOGETHER)]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"

    answers = list(ThreadPoolExecutor(TOGETHER).map(lambda one: one.communicate("go\n"), both))

    assert [said for said, _ in answers] == ["0\n"] * TOGETHER, answers


def test_two_that_render_the_configuration_at_once_both_do(tmp_path: Path) -> None:
    """Each writes a file of its own and puts it in place, so that neither takes the other's."""
    barrier = Barrier(TOGETHER)
    homes = [tmp_path / str(number) for number in range(HOMES)]

    def render_all(_: int) -> list[Path]:
        folders = list[Path]()
        for home in homes:
            barrier.wait(PATIENCE)
            folders.append(render_instance(home))
        return folders

    with ThreadPoolExecutor(TOGETHER) as pool:
        one, other = pool.map(render_all, range(TOGETHER))

    assert one == other
    assert all([file.name for file in home.iterdir()] == ["dagster.yaml"] for home in one)

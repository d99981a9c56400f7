"""Proves that `aios up` ends while a run of Dagster works, and that nothing is lost by it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from assets.jobs import MEMORY_REFRESH
from resources.dagster_instance import open_instance
from resources.dagster_workspace import LOCATION, render_workspace
from resources.home import Home, open_home
from tests.e2e.up_kit import Up, living
from tests.integration.desk import Mail
from tests.patience import eventually
from tests.servers.database import home_environment

pytestmark = pytest.mark.slow

COMING = 20


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A supervisor over the sample business, everything at work."""
    one = Up(tmp_path / "home").start()
    try:
        one.all_run().event("settled")
        yield one
    finally:
        one.clean()


def launch(up: Up, job: str) -> None:
    """Have a job run by the code server, as its button in Dagster's pages does."""
    folder = up.home / "dagster"
    where = ["-w", str(render_workspace(up.home)), "-l", LOCATION, "-j", job]
    subprocess.run(
        [sys.executable, "-m", "dagster", "job", "launch", *where],
        check=True,
        capture_output=True,
        env=os.environ | home_environment(up.home) | {"DAGSTER_HOME": str(folder)},
    )


def newest(instance: DagsterInstance, job: str) -> DagsterRun:
    return instance.get_runs(RunsFilter(job_name=job), limit=1)[0]


def received(home: Home) -> int:
    with home.ledger.view() as view:
        return view.count(MessageRow)


def test_a_run_at_work_is_ended_and_what_came_meanwhile_is_taken_in_once(up: Up) -> None:
    """Asked twice, all ends, the run interrupted and closed; mail of that moment is not lost."""
    home = open_home(load_settings(home_environment(up.home)))
    before = received(home)
    with open_instance(up.home) as instance:
        launch(up, MEMORY_REFRESH)
        is_at_work = eventually(
            lambda: newest(instance, MEMORY_REFRESH).status is DagsterRunStatus.STARTED
        )
        groups = up.groups()
        for number in range(COMING):
            target = up.home / f"mail/inbox/new/{number}.outside"
            target.write_bytes(Mail(text="When are you open?").raw(number))
        up.process.send_signal(signal.SIGTERM)
        up.event("stopping")

        code = up.end()
        ended = newest(instance, MEMORY_REFRESH)
        left = living(groups)
    again = Up(up.home, port=up.port).start()
    again.event("settled")
    again.end()

    assert is_at_work
    assert (code, left) == (0, [])
    assert ended.is_finished
    assert received(home) == before + COMING
    assert verify_ledger(home.ledger, home.kernel.vault).ok
    home.ledger.close()

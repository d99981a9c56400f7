"""Proves that a killed run is closed, and that its work goes on under another run."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from dagster import DagsterRunStatus

from aios_defs.core.actions import ActionState
from aios_defs.definitions import run_workflow
from aios_defs.services.trace import trace
from resources.dagster_instance import open_instance
from tests.house.tree import ROOT
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.desk import Desk, Mail


@pytest.mark.slow
@pytest.mark.parametrize("point", ["decide.claimed", "commit.started"])
def test_a_killed_run_is_closed_and_its_task_goes_on(shown: Desk, point: str) -> None:
    """After kill -9 the next run fails the dead one and finishes its task, once."""
    shown.deliver(Mail(text="How much is the blue widget?", answers=("first@outside.example",)))
    command = [sys.executable, "-m", "tests.integration.dagster.dying", str(shown.path), point]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with open_instance(shown.path) as instance:
        (dead,) = instance.get_runs()
        assert dead.status is DagsterRunStatus.STARTED
    shown.clock.advance(timedelta(seconds=1))

    report = run_workflow(shown.home, WORKFLOW)

    with open_instance(shown.path) as instance:
        closed = instance.get_run_by_id(dead.run_id)
    assert closed is not None
    assert closed.status is DagsterRunStatus.FAILURE
    assert shown.action().state is ActionState.COMMITTED
    assert len(shown.sent()) == 1
    assert {dead.run_id, report.run_id} <= set(trace(shown.kernel, shown.task().id).runs)

"""Proves what the doctor says about the processes of `aios up`."""

import os
from pathlib import Path

from resources.process_findings import examine_processes
from resources.process_status import (
    ChildStatus,
    UpStatus,
    forget_status,
    left_status,
    read_status,
    write_status,
)
from resources.workers import LocalWorkers

SINCE = "2031-05-06T07:08:09Z"


def status(*children: ChildStatus, worker: str = "") -> UpStatus:
    return UpStatus(
        state="running",
        pid=os.getpid(),
        worker=worker or LocalWorkers().me,
        since=SINCE,
        ports={"console": 3000, "dagster": 3001, "hooks": 3002},
        children=children,
        cpu_percent=0.1,
    )


def child(name: str = "gateway", **other: object) -> ChildStatus:
    about = {"name": name, "pid": os.getpid(), "since": SINCE, "restarts": 0, "cpu_percent": 1.5}
    return ChildStatus.model_validate({**about, **other})


def test_costs_are_told_by_process_and_in_all(tmp_path: Path) -> None:
    """Memory and processor time of each process stand there, and their sum."""
    write_status(tmp_path, status(child(), child("code", cpu_percent=0.9)))

    (finding,) = examine_processes(tmp_path)

    assert finding.level == "ok"
    assert "gateway" in finding.message
    assert "1.5 %" in finding.message
    assert "2.5 % of a core" in finding.message
    assert " MB" in finding.message


def test_before_the_first_minute_no_figure_is_made_up(tmp_path: Path) -> None:
    """A process that has not been measured yet is said to be so."""
    write_status(tmp_path, status(child(cpu_percent=None)))

    (finding,) = examine_processes(tmp_path)

    assert "no full minute yet" in finding.message


def test_a_process_that_fails_is_a_failure_with_its_log(tmp_path: Path) -> None:
    """What dies again and again is named with its last end and the file to look into."""
    failing = child("daemon", pid=None, restarts=9, last_exit="exit code 1", is_failing=True)
    write_status(tmp_path, status(child(), failing))

    _, finding = examine_processes(tmp_path)

    assert finding.level == "failure"
    assert "exit code 1" in finding.message
    assert "logs/daemon.log" in finding.remedy


def test_without_a_supervisor_nothing_is_wrong(tmp_path: Path) -> None:
    """A home on which nothing runs is well, also when a killed supervisor left its file."""
    before = list(examine_processes(tmp_path))
    gone = LocalWorkers().me.rpartition("-")[0] + "-0"
    write_status(tmp_path, status(child(), worker=gone))

    after = list(examine_processes(tmp_path))

    assert [one.level for one in (*before, *after)] == ["ok", "ok"]
    assert read_status(tmp_path) is None
    assert left_status(tmp_path) is not None


def test_a_status_is_private_and_can_be_forgotten(tmp_path: Path) -> None:
    """The file is its owner's alone; forgetting it twice is no error."""
    write_status(tmp_path, status(child()))
    mode = (tmp_path / "run/status.json").stat().st_mode & 0o777

    forget_status(tmp_path)
    forget_status(tmp_path)

    assert mode == 0o600
    assert left_status(tmp_path) is None

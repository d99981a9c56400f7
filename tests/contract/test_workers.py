"""Proves what every Workers port promises, on the fake and on the processes of this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from aios_defs.core.ports import Workers
from resources.testing.fixed_workers import FixedWorkers
from resources.workers import LocalWorkers

_TELL_NAME = "from resources.workers import LocalWorkers; print(LocalWorkers().me)"


@pytest.fixture(params=[FixedWorkers, LocalWorkers])
def workers(request: pytest.FixtureRequest) -> Workers:
    return request.param()


@pytest.fixture(params=["fixed", "local"])
def after_a_death(request: pytest.FixtureRequest) -> tuple[Workers, str]:
    if request.param == "fixed":
        fixed = FixedWorkers("worker-2")
        fixed.kill("worker-1")
        return fixed, "worker-1"
    ended = subprocess.run(
        [sys.executable, "-c", _TELL_NAME], capture_output=True, text=True, check=True
    )
    return LocalWorkers(), ended.stdout.strip()


def test_a_worker_has_one_name(workers: Workers) -> None:
    """Its name is a text that does not change while it lives."""
    first = workers.me

    assert first
    assert workers.me == first


def test_a_worker_is_never_gone_to_itself(workers: Workers) -> None:
    """Nobody takes over from a worker that is alive."""
    assert not workers.is_gone(workers.me)


def test_a_dead_worker_is_gone(after_a_death: tuple[Workers, str]) -> None:
    """A worker that ended is known to be dead, so its leases end at once."""
    workers, dead = after_a_death

    assert workers.is_gone(dead)
    assert workers.me != dead


@pytest.mark.parametrize("name", ["", "someone", "elsewhere-12-34", "elsewhere-x-y"])
def test_an_unknown_worker_is_not_gone(workers: Workers, name: str) -> None:
    """Of a worker elsewhere nothing is known, so its lease runs out by time."""
    assert not workers.is_gone(name)


def test_a_process_id_given_out_again_is_another_worker() -> None:
    """The start time tells a new process from the dead one that had its number."""
    workers = LocalWorkers()
    host, pid, started = workers.me.split("-")

    assert workers.is_gone(f"{host}-{pid}-{int(started) - 1}")


def _system(folder: Path, *, boot: str, processes: str) -> Path:
    """Return a folder that looks like /proc where it tells one system from another."""
    (folder / "sys/kernel/random").mkdir(parents=True)
    (folder / "sys/kernel/random/boot_id").write_text(f"{boot}\n")
    (folder / "self/ns").mkdir(parents=True)
    (folder / "self/ns/pid").symlink_to(f"pid:[{processes}]")
    return folder


@pytest.mark.parametrize(("boot", "processes"), [("other", "1"), ("one", "2")])
def test_a_worker_of_another_system_of_the_same_name_is_not_gone(
    tmp_path: Path, boot: str, processes: str
) -> None:
    """Containers may share a host name but not their process ids: nothing is known of the other."""
    ours = LocalWorkers(_system(tmp_path / "ours", boot="one", processes="1"))
    theirs = LocalWorkers(_system(tmp_path / "theirs", boot=boot, processes=processes))
    host, _, _ = theirs.me.split("-")

    assert not ours.is_gone(f"{host}-999999999-1")
    assert theirs.is_gone(f"{host}-999999999-1")


def test_two_looks_at_one_system_are_the_same(tmp_path: Path) -> None:
    """The same boot and the same namespace are the same place, so a death there is noticed."""
    first = LocalWorkers(_system(tmp_path / "first", boot="one", processes="1"))
    second = LocalWorkers(_system(tmp_path / "second", boot="one", processes="1"))

    assert first.me == second.me

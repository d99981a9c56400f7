"""Proves that killing the supervisor and all of its processes at once loses and repeats nothing."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.shell import Shell
from tests.e2e.up_kit import Up
from tests.patience import eventually


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A demo whose console answers; all of it is ended afterwards."""
    one = Up(tmp_path / "home").start()
    yield one
    one.clean()


@pytest.mark.slow
def test_a_kill_of_everything_loses_nothing(up: Up) -> None:
    """Started again it serves, verifies, and each reply is in the outbox once."""
    up.event("console")
    shell = Shell(home=up.home)
    assert eventually(lambda: len(shell.outbox()) > 2)
    family = [psutil.Process(up.process.pid)]
    family += family[0].children(recursive=True)

    for one in family:
        os.kill(one.pid, signal.SIGKILL)
    up.process.wait()
    psutil.wait_procs(family, timeout=20)
    before = shell.outbox()
    again = Up(up.home).start()
    try:
        again.event("console")
        again.event("settled")
    finally:
        again.end()
        again.clean()

    after = shell.outbox()
    assert set(before) <= set(after)
    assert len(after) == len(set(after))
    assert shell.run("ledger", "verify").code == 0

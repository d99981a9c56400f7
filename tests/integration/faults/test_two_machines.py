"""Proves that a second machine on one home is refused in words, and one that is off gives way."""

from datetime import timedelta
from pathlib import Path

import pytest

from aios_defs.core.errors import HomeElsewhere
from resources.clock import SystemClock
from resources.machine_lease import LASTS, MachineLease, this_machine
from resources.testing.fixed_clock import FixedClock
from tests.e2e.shell import Shell
from tests.integration.desk import Desk


def lease(home: Path, machine: str, clock: FixedClock | SystemClock) -> MachineLease:
    return MachineLease(home=home, clock=clock, machine=machine)


def test_the_second_machine_is_refused_and_the_first_is_named(tmp_path: Path) -> None:
    """The words name the other, since when, its last sign, and the way out; then it gives way."""
    clock = FixedClock()
    with lease(tmp_path, "laptop (1a)", clock).held():
        clock.advance(timedelta(minutes=3))
        with pytest.raises(HomeElsewhere) as refused:
            lease(tmp_path, "server (2b)", clock).check()

    assert "laptop (1a), since 2031-05-06T07:08:09" in refused.value.message
    assert "aios up --take-over" in refused.value.remedy
    lease(tmp_path, "server (2b)", clock).check()


def test_a_machine_that_gives_no_sign_gives_way(tmp_path: Path) -> None:
    """A quarter of an hour after its last sign the home is free; a sign keeps it."""
    clock = FixedClock()
    other = lease(tmp_path, "server (2b)", clock)
    with lease(tmp_path, "laptop (1a)", clock).held() as beat:
        clock.advance(LASTS / 2)
        beat()
        clock.advance(LASTS / 2)
        with pytest.raises(HomeElsewhere):
            other.check()
        clock.advance(LASTS / 2)
        other.check()


def test_taking_over_stops_the_other_from_writing(tmp_path: Path) -> None:
    """The operator's word counts: the other one is refused from then on, and unmakes nothing."""
    clock = FixedClock()
    first, second = lease(tmp_path, "laptop (1a)", clock), lease(tmp_path, "server (2b)", clock)
    with first.held() as beat, second.held(take_over=True):
        beat()
        with pytest.raises(HomeElsewhere, match="server"):
            first.check()
        second.check()


def test_a_command_that_writes_is_refused_and_reading_is_not(desk: Desk) -> None:
    """Beside another machine `aios pause` changes nothing, inbox and doctor tell what is there."""
    desk.home.ledger.close()
    shell = Shell(home=desk.path)
    with lease(desk.path, "laptop (1a)", SystemClock()).held():
        refused, shown = shell.run("pause"), shell.run("inbox")
        found = shell.run("doctor", "--json").json["findings"]

    assert refused.code == 1
    assert "Another machine works on this home: laptop (1a)" in refused.err
    assert "home_elsewhere.md" in refused.err
    assert shown.code == 0
    (machine,) = [one for one in found if one["name"] == "machine"]
    assert "Another machine works on this home: laptop (1a)" in machine["message"]
    assert shell.run("pause").code == 0


def test_the_same_machine_keeps_its_home_over_a_restart(tmp_path: Path) -> None:
    """A sign that a killed supervisor left does not stand in its own way."""
    clock = FixedClock()
    lease(tmp_path, this_machine(), clock).held().__enter__()

    lease(tmp_path, this_machine(), clock).check()

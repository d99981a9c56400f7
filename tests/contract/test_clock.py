"""Proves what every clock promises: aware instants in UTC, and a sleep that takes its time."""

from datetime import UTC, timedelta

import pytest

from aios_defs.core.ports import Clock
from resources.clock import SystemClock
from resources.testing.fixed_clock import START, FixedClock


@pytest.fixture(params=["fixed", "real"])
def clock(request: pytest.FixtureRequest) -> Clock:
    return FixedClock() if request.param == "fixed" else SystemClock()


def test_now_is_an_aware_instant_in_utc(clock: Clock) -> None:
    """Nobody has to guess the zone."""
    assert clock.now().tzinfo is UTC


def test_sleeping_moves_the_clock(clock: Clock) -> None:
    """After a sleep at least that much time has passed."""
    before = clock.now()

    clock.sleep(0.01)

    assert clock.now() - before >= timedelta(seconds=0.01)


@pytest.mark.parametrize("seconds", [0, -5.0])
def test_a_sleep_of_nothing_returns(clock: Clock, seconds: float) -> None:
    """A due time that has passed is not waited for, and never goes back."""
    before = clock.now()

    clock.sleep(seconds)

    assert clock.now() >= before


def test_a_fixed_clock_stands_still() -> None:
    """Time passes only when a test says so, forwards or back."""
    clock = FixedClock()

    clock.advance(timedelta(hours=1))
    forward = clock.now()
    clock.advance(timedelta(hours=-2))

    assert (forward, clock.now()) == (START + timedelta(hours=1), START - timedelta(hours=1))

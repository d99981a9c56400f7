"""Tests that news which a store tells of wakes the intake at once, whatever the listener meets."""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from aios_defs.core.errors import OutsideFailed
from aios_defs.core.resuming import Stop
from aios_defs.gateway.lane_trouble import Troubles
from aios_defs.gateway.listening import Listeners
from aios_defs.gateway.rounds import Rounds
from resources.testing.connectors import NaturalKeyConnector
from tests.integration.desk import Desk

WAIT = 10.0
NEWS, NOTHING = True, False


class ScriptedListener:
    """Plays what each wait brings, then waits for the end."""

    def __init__(self, *script: bool | Exception) -> None:
        self.script = deque(script)
        self.is_closed = threading.Event()

    def wait(self, seconds: float, stop: Stop) -> bool:
        if not self.script:
            stop.wait(seconds)
            return False
        told = self.script.popleft()
        if isinstance(told, Exception):
            raise told
        return told

    def close(self) -> None:
        self.is_closed.set()


class TellingConnector(NaturalKeyConnector):
    """A fake whose store can tell."""

    told: ScriptedListener

    def listener(self) -> ScriptedListener:
        return self.told


@pytest.fixture
def telling(tmp_path: Path) -> Callable[..., TellingConnector]:
    def build(*script: bool | Exception) -> TellingConnector:
        connector = TellingConnector.from_config("outside", {"kind": "x", "path": "o"}, tmp_path)
        connector.told = ScriptedListener(*script)
        return connector

    return build


def test_news_wakes_also_after_a_broken_connection(
    telling: Callable[..., TellingConnector],
) -> None:
    """Each piece of news wakes the intake; a failure in between ends nothing."""
    woken = threading.Semaphore(0)
    broken = OutsideFailed("It broke.", remedy="Wait.", retryable=True)
    connector = telling(NEWS, NOTHING, broken, NEWS)
    listeners = Listeners({"outside": connector}, woken.release)

    listeners.start()

    assert all(woken.acquire(timeout=WAIT) for _ in range(2))
    assert listeners.stop(WAIT)
    assert connector.told.is_closed.is_set()


def test_store_that_can_not_tell_has_no_thread(tmp_path: Path) -> None:
    """A connector without a listener costs nothing."""
    plain = NaturalKeyConnector.from_config("outside", {"kind": "x", "path": "o"}, tmp_path)
    listeners = Listeners({"outside": plain}, lambda: None)

    listeners.start()

    assert listeners.stop()


def test_woken_round_does_not_wait(desk: Desk) -> None:
    """A round that is woken takes its step at once, and one that ends takes none more."""
    stepped = threading.Semaphore(0)
    rounds = Rounds(stepped.release, 3600.0, Troubles(desk.kernel, "intake", "It failed"))
    rounds.start()
    assert stepped.acquire(timeout=WAIT)

    rounds.wake()

    assert stepped.acquire(timeout=WAIT)
    assert rounds.stop(WAIT)

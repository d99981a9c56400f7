"""Proves that two gateways of one home, each with a lane and a ledger of its own, send once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import ApprovalStale
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.services.approve import approve
from aios_defs.services.verify import verify_ledger
from resources.home import Home, World, open_home
from tests.integration.desk import ASK_FIRST, Desk, Mail
from tests.patience import PATIENCE, eventually
from tests.running_clock import RunningClock
from tests.servers.database import home_settings

APPROVALS = 30
ASKS = {"policies.yaml": f"version: 1\nrules:{ASK_FIRST}"}


@dataclass(frozen=True, slots=True)
class Gateway:
    """What works in a gateway: a home of its own opening, and the lane."""

    home: Home
    lane: InteractiveLane

    def grants(self, action: str) -> bool:
        """Approve as its console does; returns whether it was the first."""
        try:
            approve(self.home.kernel, action, window=0)
        except ApprovalStale:
            return False
        self.lane.wake()
        return True


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Desk]:
    """A home with thirty decisions that wait."""
    desk = Desk(tmp_path, clock=RunningClock(), files=ASKS).begin()
    for number in range(APPROVALS):
        desk.deliver(Mail(text="How much is the blue widget?", subject=f"Price {number}"))
    desk.turn()
    yield desk
    desk.home.ledger.close()


@contextmanager
def gateway(desk: Desk) -> Iterator[Gateway]:
    """Open the home once more and work in it, as the process of a gateway does."""
    home = open_home(home_settings(desk.path), World(clock=desk.clock))
    lane = InteractiveLane(home.kernel)
    lane.start()
    yield Gateway(home, lane)
    assert lane.stop(PATIENCE)
    home.ledger.close()


def test_two_gateways_commit_each_approval_once(asking: Desk) -> None:
    """Of two that approve the same thirty at once one wins each; each mail goes once."""
    actions = [one.id for one in asking.actions()]
    with gateway(asking) as one, gateway(asking) as other, ThreadPoolExecutor(2) as pool:
        both, barrier = (one, other), Barrier(2)

        def approve_all(mine: Gateway) -> list[bool]:
            barrier.wait(PATIENCE)
            return [mine.grants(action) for action in actions]

        granted = list(pool.map(approve_all, both))
        assert eventually(lambda: len(asking.events("action.committed")) == APPROVALS)

    assert [sum(won) for won in zip(*granted, strict=True)] == [1] * APPROVALS
    assert {one.state for one in asking.actions()} == {ActionState.COMMITTED}
    assert len(asking.sent()) == APPROVALS
    assert verify_ledger(asking.home.ledger, asking.kernel.vault).ok

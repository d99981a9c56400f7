"""Proves that the lane works at once and alone: it commits, decides, waits out trouble and pauses.

Its threads are real; the clock stands still or runs on from a moment of its own.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.services.approve import approve
from aios_defs.services.kernel import Kernel
from aios_defs.services.pause import pause, resume
from resources.testing.connector_server import FakeServer
from resources.testing.recording_points import RecordingPoints
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import ASK_FIRST, LEAKS, Desk, Mail
from tests.integration.gateway.lane_kit import (
    FailingLedger,
    HeardMirror,
    breaking_for,
)
from tests.integration.outside import Outside, effects
from tests.patience import PATIENCE, eventually
from tests.running_clock import RunningClock

PRICE = Mail(text="How much is the blue widget?")

Lanes = Callable[[Kernel], InteractiveLane]


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Starts lanes over kernels, and stops them after the test."""
    started = list[InteractiveLane]()

    def start(kernel: Kernel) -> InteractiveLane:
        lane = InteractiveLane(kernel, mirror=HeardMirror())
        lane.start()
        started.append(lane)
        return lane

    yield start
    for lane in started:
        assert lane.stop(PATIENCE)


def state_of(desk: Desk) -> ActionState | None:
    """Return the state of the latest action, None while there is none."""
    actions = desk.actions()
    return actions[-1].state if actions else None


def asking(desk: Desk) -> str:
    """Let a mail lead to a decision that waits, and return its id."""
    desk.set_rules(f"{ASK_FIRST}{LEAKS}")
    desk.receive(PRICE)
    return desk.action().id


def test_what_is_open_is_decided_and_sent(desk: Desk, lanes: Lanes) -> None:
    """A task that waits when the lane starts is decided, and its reply leaves by its rule."""
    desk.deliver(PRICE)
    desk.take()

    lanes(desk.kernel)

    assert eventually(lambda: state_of(desk) is ActionState.COMMITTED)
    assert len(desk.sent()) == 1


def test_an_approval_is_committed_when_its_window_ends(desk: Desk, lanes: Lanes) -> None:
    """Nothing is sent within the window; when the lane is woken after it, one mail goes."""
    action_id = asking(desk)
    lane = lanes(desk.kernel)
    approve(desk.kernel, action_id)
    lane.wake()
    eventually(lambda: lane.health()["rounds"] != 0)
    within = len(desk.sent())
    desk.wait(seconds=11)

    lane.wake()

    assert within == 0
    assert eventually(lambda: state_of(desk) is ActionState.COMMITTED)
    assert len(desk.sent()) == 1


def test_the_end_of_a_window_needs_nobody(tmp_path: Path, lanes: Lanes) -> None:
    """The lane sleeps until the window ends and commits without being woken."""
    desk = Desk(tmp_path, clock=RunningClock()).begin()
    action_id = asking(desk)
    lanes(desk.kernel)

    approve(desk.kernel, action_id, window=1)

    assert eventually(lambda: state_of(desk) is ActionState.COMMITTED)
    assert len(desk.sent()) == 1
    desk.home.ledger.close()


def test_two_lanes_commit_once(desk: Desk, lanes: Lanes) -> None:
    """Two lanes over one home, as two processes would be, send one mail for each decision."""
    for number in range(5):
        desk.deliver(Mail(text="How much is the blue widget?", subject=f"Question {number}"))
    desk.take()

    lanes(desk.kernel)
    lanes(desk.kernel)

    assert eventually(lambda: len(desk.events("action.committed")) == 5)
    assert {one.state for one in desk.actions()} == {ActionState.COMMITTED}
    assert len(desk.sent()) == 5


def test_a_pause_holds_and_resuming_lets_go(desk: Desk, lanes: Lanes) -> None:
    """What is due in a paused scope stays, and goes once the pause ends."""
    action_id = asking(desk)
    approve(desk.kernel, action_id, window=0)
    pause(desk.kernel, "all")
    lane = lanes(desk.kernel)
    lane.wake()
    eventually(lambda: lane.health()["rounds"] != 0)
    held = desk.action().state

    resume(desk.kernel, "all")
    lane.wake()

    assert held is ActionState.APPROVED
    assert eventually(lambda: state_of(desk) is ActionState.COMMITTED)


def test_a_full_disk_degrades_the_lane_and_it_goes_on(
    desk: Desk, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nothing can be written the lane says so; then it works again and loses nothing."""
    monkeypatch.setattr("aios_defs.gateway.lane.CLEANING_SECONDS", 0.1)
    ledger = FailingLedger(desk.kernel.ledger)
    kernel = replace(desk.kernel, ledger=ledger)
    desk.deliver(PRICE)
    desk.take()
    ledger.is_full.set()
    lane = lanes(kernel)
    degraded = eventually(lambda: lane.health()["state"] == "degraded")
    code = lane.health()["error"]

    ledger.is_full.clear()
    lane.wake()

    assert degraded
    assert code == "storage_failed"
    assert eventually(lambda: len(desk.sent()) == 1)
    assert eventually(lambda: lane.health()["state"] == "working")


def test_a_failed_action_is_tried_again(
    opens: Outside, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure before the effect is retried by the lane's own sweep, and one effect remains."""
    monkeypatch.setattr("aios_defs.gateway.lane.CLEANING_SECONDS", 0.1)
    desk = opens(fail_before=1)
    desk.take()

    lanes(desk.kernel)
    assert eventually(lambda: state_of(desk) is ActionState.FAILED_RETRYABLE)
    desk.wait(minutes=2)

    assert eventually(lambda: state_of(desk) is ActionState.COMMITTED)
    assert desk.action().attempts == 2
    assert effects(desk) == 1


def test_one_bad_task_holds_up_no_other(tmp_path: Path, lanes: Lanes) -> None:
    """An agent that breaks over one mail costs that task alone; the next mail is answered."""
    outside = Outside(tmp_path)
    desk = outside()
    FakeServer(tmp_path / "outside").deliver(Mail(text="Another?", to="fake@example.test").raw(2))
    desk.take()
    broken, whole = desk.tasks()
    agent = ScriptedAgent(breaking_for(broken.id))

    lane = lanes(replace(desk.kernel, agents={"scripted": agent}))

    assert eventually(lambda: effects(desk) == 1)
    assert desk.action().task_id == whole.id
    assert lane.health()["state"] in ("working", "degraded")
    desk.home.ledger.close()


def test_a_message_handed_in_is_answered_at_once(desk: Desk) -> None:
    """`run` with a message decides it and commits what is authorised, in the caller's thread."""
    lane = InteractiveLane(desk.kernel, mirror=HeardMirror())

    first = lane.run("support", PRICE.raw(1))
    again = lane.run("support", PRICE.raw(1))

    assert first["outcome"] == "committed"
    assert again["message_id"] == first["message_id"]
    assert len(desk.sent()) == 1


def test_run_takes_in_what_lies_in_the_mailbox(desk: Desk) -> None:
    """`run` without a message looks into the store, as the gateway does when it starts."""
    desk.deliver(PRICE)
    mirror = HeardMirror()
    lane = InteractiveLane(desk.kernel, mirror=mirror)

    done = lane.run("support")

    assert done["outcome"] == "looked"
    assert len(desk.sent()) == 1
    assert mirror.nudges == 1


def test_run_refuses_what_is_paused_or_unknown(desk: Desk) -> None:
    """A paused workflow runs for nobody, an unknown one has a remedy."""
    lane = InteractiveLane(desk.kernel)
    pause(desk.kernel, "workflow:support")

    with pytest.raises(TransitionRefused):
        lane.run("support", PRICE.raw(1))
    with pytest.raises(UnknownId):
        lane.run("nothing")

    assert desk.messages() == []


def test_a_stopped_lane_begins_nothing(desk: Desk) -> None:
    """After `stop` the lane says so, and what becomes due waits for the next start."""
    lane = InteractiveLane(desk.kernel)
    lane.start()
    came_to_rest = lane.stop(PATIENCE)
    desk.deliver(PRICE)
    desk.take()

    lane.wake()

    assert came_to_rest
    assert lane.health()["state"] == "stopped"
    assert desk.actions() == []


def test_what_is_on_the_wire_finishes_when_the_lane_stops(tmp_path: Path) -> None:
    """A stop waits for the commit that has begun; the next one is not begun."""
    is_sending, may_send = threading.Event(), threading.Event()

    def wait(point: str) -> None:
        if point == "commit.started":
            is_sending.set()
            may_send.wait(PATIENCE)

    desk = Desk(tmp_path, points=RecordingPoints(wait)).begin()
    for number in range(2):
        desk.deliver(Mail(text=PRICE.text, subject=f"Question {number}"))
    desk.take()
    lane = InteractiveLane(desk.kernel)
    lane.start()
    is_sending.wait(PATIENCE)
    in_time = lane.stop(0.1)

    may_send.set()

    assert not in_time
    assert lane.stop(PATIENCE)
    assert [one.state for one in desk.actions()] == [ActionState.COMMITTED]
    assert len(desk.sent()) == 1
    desk.home.ledger.close()

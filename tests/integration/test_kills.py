"""Proves that a kill, a sleep or a second worker, wherever it comes, leaves exactly one effect."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.sweep import clean_up, commit_due
from resources.testing.recording_points import RecordingPoints
from tests.integration.outside import Outside, die_at, effects

KILLED = [
    ("decide.claimed", "NaturalKey"),
    ("decide.answered", "NaturalKey"),
    ("decide.recorded", "NaturalKey"),
    ("intake.recorded", "NaturalKey"),
    ("commit.claiming", "NaturalKey"),
    ("commit.started", "NaturalKey"),
    ("commit.fenced", "NaturalKey"),
    ("fake.ready", "NaturalKey"),
    ("fake.taken", "NaturalKey"),
    ("fake.answered", "ServerKey"),
    ("commit.answered", "NaturalKey"),
    ("commit.recorded", "NaturalKey"),
    ("commit.started", "VerifyOnly"),
    ("commit.answered", "VerifyOnly"),
]


@pytest.mark.parametrize(("point", "kind"), KILLED)
def test_a_kill_loses_and_repeats_nothing(opens: Outside, point: str, kind: str) -> None:
    """Killed anywhere between intent and outcome, it ends as exactly one effect."""
    desk = opens(kind)
    die_at(desk, point)
    desk.wait(minutes=2)

    desk.turn()
    desk.turn()

    assert desk.action().state is ActionState.COMMITTED
    assert effects(desk) == 1
    assert desk.standings()["answered"] == 1


def test_a_kill_while_reconciling_is_reconciled_again(opens: Outside) -> None:
    """Asking has no effect, so it is asked again."""
    desk = opens(commit_then_fail=1)
    die_at(desk, "reconcile.found")

    desk.turn()

    assert desk.action().state is ActionState.COMMITTED
    assert effects(desk) == 1


def test_a_kill_on_the_wire_of_a_silent_server_is_parked(opens: Outside) -> None:
    """Taken and not filed: the server can't tell, so the operator looks."""
    desk = opens("VerifyOnly")
    die_at(desk, "fake.taken")
    desk.wait(minutes=2)

    desk.turn()

    assert desk.action().state is ActionState.PARKED
    assert effects(desk) == 1


def test_an_outdated_worker_cannot_touch_the_outside(opens: Outside) -> None:
    """A worker that slept past its lease finds its fence lost; the other one's effect stands."""
    desk = opens()
    nested: list[str] = []

    def meanwhile(point: str) -> None:
        if point != "fake.ready" or nested:
            return
        nested.append(point)
        desk.wait(minutes=2)
        clean_up(desk.kernel)
        commit_due(desk.kernel)

    desk.points = RecordingPoints(meanwhile)
    desk.reopen()

    desk.turn()

    assert nested == ["fake.ready"]
    assert desk.action().state is ActionState.COMMITTED
    assert effects(desk) == 1
    assert len(desk.events("action.committed")) == 1


def test_a_worker_that_lost_its_lease_does_not_send(opens: Outside) -> None:
    """Without any key at the server only the fence keeps a late worker from sending."""
    desk = opens("None")
    desk.turn()
    approve(desk.kernel, desk.action().id, window=0)

    def meanwhile(point: str) -> None:
        if point == "fake.ready":
            desk.wait(minutes=2)
            clean_up(desk.kernel)

    desk.points = RecordingPoints(meanwhile)
    desk.reopen()

    commit_due(desk.kernel)

    assert desk.action().state is ActionState.PARKED
    assert effects(desk) == 0


def test_two_committers_make_one_effect(opens: Outside) -> None:
    """Whoever comes second while the first is on the wire does nothing."""
    desk = opens()
    seen: list[object] = []

    def second(point: str) -> None:
        if point == "commit.started" and not seen:
            seen.append(commit_action(desk.kernel, desk.action().id))

    desk.points = RecordingPoints(second)
    desk.reopen()

    desk.turn()

    assert seen == [ActionState.COMMITTING]
    assert effects(desk) == 1

"""Owns what the processes of the campaign do: open the home as any process does, and work."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from aios_defs.core.actions import ActionState
from aios_defs.core.backoff import MAX_ATTEMPTS
from aios_defs.core.errors import AiosError, ApprovalStale
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Points
from aios_defs.core.resuming import Telling
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services import decide, pause, receive, recover, seed, sweep, trust
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.kernel import Kernel
from aios_defs.settings.environment import load_settings
from resources.clock import SystemClock
from resources.home import Home, World, open_home
from resources.points import NoPoints
from tests.crash.postman import Postman
from tests.crash.scene import OUTSIDE, WORKFLOW, Scene
from tests.servers.database import home_environment

TRUSTED = timedelta(days=7)
_ROUNDS = 4
_HEARING = 3.0
"""The longest wait for news, in seconds."""
_MOVING = (ActionState.COMMITTING, ActionState.UNCERTAIN, ActionState.FAILED_RETRYABLE)


@dataclass(frozen=True, slots=True)
class LaterClock:
    """The system's clock, so much later: a lease may be over without anyone waiting for it."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by

    def sleep(self, seconds: float) -> None:
        SystemClock().sleep(seconds)


def opened(scene: Scene, points: Points | None = None, later: timedelta = timedelta()) -> Home:
    """Open a scene's home, with the postman as its agent."""
    world = World(
        clock=LaterClock(later),
        points=points or NoPoints(),
        agents={"postman": Postman(OUTSIDE, scene.operation)},
    )
    return open_home(load_settings(home_environment(scene.home)), world)


def begin(scene: Scene) -> JsonObject:
    """Do what `aios init` and `aios connector trust` do."""
    kernel = opened(scene).kernel
    trust.begin_home(kernel, is_demo=False, version="0")
    trust.trust(kernel, OUTSIDE, TRUSTED)
    return {}


def work(scene: Scene, points: Points | None = None, later: timedelta = timedelta()) -> JsonObject:
    """Do what `aios run` does: take in, clean up, decide, commit."""
    kernel = opened(scene, points, later).kernel
    take_up(kernel)
    return dict(sweep.commit_due(kernel))


def hear(scene: Scene) -> JsonObject:
    """Do what `aios up` does, twice: wait until the store tells of news, take in, commit."""
    kernel = opened(scene).kernel
    connector = kernel.connectors[OUTSIDE]
    assert isinstance(connector, Telling)
    listener = connector.listener()
    assert listener is not None
    for _ in range(2):
        with suppress(AiosError):  # it hears no more until the next wait; mail is asked for
            listener.wait(_HEARING, Event())
        take_up(kernel)
        sweep.commit_due(kernel)
    return {}


def take_up(kernel: Kernel) -> None:
    """Do everything up to the commit."""
    seed.apply_business(kernel)
    receive.take_in(kernel, OUTSIDE)
    sweep.clean_up(kernel)
    for task_id in decide.decidable_tasks(kernel, WORKFLOW):
        decide.decide_task(kernel, task_id)


def take_up_only(scene: Scene) -> JsonObject:
    """Do everything up to the commit, in a process of its own."""
    take_up(opened(scene).kernel)
    return {}


def settle(scene: Scene, later: timedelta = timedelta()) -> JsonObject:
    """Work until nothing moves by itself any more, then try again what failed.

    Returns how often the operator was needed.
    """
    kernel = opened(scene, later=later).kernel
    _work_on(kernel)
    retried: set[str] = set()
    for _ in range(MAX_ATTEMPTS):
        failed = action_ids(kernel, ActionState.FAILED_RETRYABLE)
        for action_id in failed:
            recover.retry(kernel, action_id)
        retried.update(failed)
        _work_on(kernel)
    return {"retried": len(retried)}


def _work_on(kernel: Kernel) -> None:
    for _ in range(_ROUNDS):
        take_up(kernel)
        sweep.commit_due(kernel)
        if not action_ids(kernel, *_MOVING):
            break


def action_ids(kernel: Kernel, *states: ActionState) -> list[str]:
    """Return the actions in one of these states, all of them without any, oldest first."""
    with kernel.ledger.view() as view:
        wanted = states or tuple(ActionState)
        return [row.id for row in view.select(ActionRow, order="created_at", state=wanted)]


def approve_all(scene: Scene, points: Points | None = None) -> JsonObject:
    """Approve whatever was asked, as a second click or a second window does it too."""
    kernel = opened(scene).kernel
    asked = action_ids(kernel)
    if points is not None:
        points.reached("approve.begin")
    granted = sum(_grants(kernel, action_id) for action_id in asked)
    return {"granted": granted, "refused": len(asked) - granted}


def _grants(kernel: Kernel, action_id: str) -> bool:
    try:
        approve(kernel, action_id, window=0)
    except ApprovalStale:
        return False
    return True


def commit_all(scene: Scene, points: Points) -> JsonObject:
    """Commit every action by its id, without asking first whether it is due."""
    kernel = opened(scene, points).kernel
    ids = action_ids(kernel)
    points.reached("race.begin")
    return {action_id: str(commit_action(kernel, action_id)) for action_id in ids}


def pause_all(scene: Scene) -> JsonObject:
    """Pull the brake; answers the position after which nothing starts."""
    return {"position": pause.pause(opened(scene).kernel, "all")}


def resume_all(scene: Scene) -> JsonObject:
    """Let go of the brake."""
    return {"was_paused": pause.resume(opened(scene).kernel, "all")}

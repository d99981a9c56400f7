"""Owns the gateway's rounds: a thread that takes one step now and then, whatever happens to it.

    intake  takes in what came, seconds after it came     every 5 s
    watch   gives a sign of life, raises cards of absence  every 60 s
    telling tells the operator what can't wait             every 15 s
    count   counts the metrics of what happened            every 30 s
    retention  lets Dagster forget old runs               every 6 h

They are cheap while nothing happens: a step that takes long is taken less often.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aios_defs.core.business import Workflow
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.model import JsonObject
from aios_defs.gateway.lane_trouble import Troubles
from aios_defs.services.cadence import check_cadence
from aios_defs.services.clock_back import tell_of_clock
from aios_defs.services.deliveries import Messengers
from aios_defs.services.kernel import Kernel
from aios_defs.services.metrics import catch_up
from aios_defs.services.pause import is_paused
from aios_defs.services.probe import intake_reason
from aios_defs.services.pulse import DAEMON, EVERY, GATEWAY
from aios_defs.services.telling import tell_due

INTAKE_SECONDS = 5.0
RETENTION_SECONDS = 6 * 3600.0
TELLING_SECONDS = 15.0
COUNT_SECONDS = 30.0
_REST_FACTOR = 50
"""A step takes at most a fiftieth of the time."""


class Rounds:
    """A thread that takes a step every so many seconds."""

    def __init__(self, step: Callable[[], object], every: float, troubles: Troubles) -> None:
        """Keep the step; what goes wrong in it becomes the card of `troubles`."""
        self._step, self._every, self._troubles = step, every, troubles
        self._ending, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name=troubles.about, daemon=True)

    def start(self) -> None:
        """Take the first step at once."""
        self._thread.start()

    def wake(self) -> None:
        """Take the next step now."""
        self._woken.set()

    def stop(self, timeout: float = 5.0) -> bool:
        """Take no more steps; returns whether the last one came to its end."""
        self._ending.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._ending.is_set():
            started = time.monotonic()
            if self._troubles.attempt(self._whole_step):
                self._troubles.clear()
            spent = time.monotonic() - started
            self._woken.wait(max(self._every, self._troubles.pause, spent * _REST_FACTOR))
            self._woken.clear()  # before the look at whether to end, so that no end is missed

    def _whole_step(self) -> bool:
        self._step()
        return True


def intake(kernel: Kernel, run: Callable[[str], JsonObject]) -> Rounds:
    """Return the rounds that take in what came for each workflow, by `run` (the lane's)."""
    troubles = Troubles(kernel, "intake", "The gateway could not look for new messages")
    return Rounds(lambda: look_once(kernel, run), INTAKE_SECONDS, troubles)


def look_once(kernel: Kernel, run: Callable[[str], JsonObject]) -> None:
    """Run each workflow that takes messages and has something new, unless it is paused.

    A connector that can't be read is told by the run, once, and so is one that can be read again.
    """
    for workflow in kernel.business.workflows:
        if _may_look(kernel, workflow) and intake_reason(kernel, workflow.name):
            with suppress(TransitionRefused):  # paused meanwhile
                run(workflow.name)


def _may_look(kernel: Kernel, workflow: Workflow) -> bool:
    with kernel.ledger.view() as view:
        is_stopped = is_paused(view, *workflow.scopes.values())
    return workflow.trigger == "message" and not is_stopped


def watch(kernel: Kernel) -> Rounds:
    """Return the rounds that look for absences; the daemon's is one of them."""
    troubles = Troubles(kernel, "watch", "The gateway could not look for what is missing")
    seconds = EVERY.total_seconds()
    return Rounds(lambda: look_around(kernel), seconds, troubles)


def look_around(kernel: Kernel) -> None:
    """Raise and end the cards of what is missing, and of a clock that went back."""
    check_cadence(kernel, GATEWAY, others=(DAEMON,))
    tell_of_clock(kernel)


def telling(kernel: Kernel, messengers: Messengers) -> Rounds:
    """Return the rounds that make the day's digest and tell what can't wait."""
    troubles = Troubles(kernel, "telling", "The gateway could not tell you what can't wait")
    return Rounds(lambda: tell_due(kernel, messengers), TELLING_SECONDS, troubles)


def count(kernel: Kernel) -> Rounds:
    """Return the rounds that count what happened into the metrics, a good piece at a time."""
    troubles = Troubles(kernel, "metrics", "The gateway could not count what happened")
    return Rounds(lambda: catch_up(kernel), COUNT_SECONDS, troubles)


def retention(kernel: Kernel, home: Path) -> Rounds:
    """Return the rounds that let Dagster forget old runs; the ledger forgets none."""
    troubles = Troubles(kernel, "retention", "Dagster's old runs could not be removed")
    return Rounds(lambda: forget_once(home), RETENTION_SECONDS, troubles)


def forget_once(home: Path) -> None:
    """Remove some of what is older than Dagster keeps runs."""
    from resources.clock import SystemClock
    from resources.dagster_instance import open_instance
    from resources.dagster_retention import purge_runs

    with open_instance(home) as instance:
        purge_runs(instance, SystemClock().now())

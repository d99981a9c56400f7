"""Owns the interactive lane: a thread that sleeps until something is due and then works at once.

It sleeps until the next undo window ends, until somebody in this process wakes it, or until the
ledger moved because another process wrote. A second thread cleans up after time and crashes, so
that a long sweep never stands before a commit. Nothing here holds an authority: every commit goes
through the services, their leases and their fences, so other processes may work beside it.
"""

import threading
import time
from collections import Counter
from typing import Protocol

from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.gateway.lane_trouble import Troubles
from aios_defs.gateway.lane_work import Round, RoundOfWork
from aios_defs.services.due import head_position, wants_cleaning
from aios_defs.services.flow import run_all, run_one
from aios_defs.services.kernel import Kernel
from aios_defs.services.sweep import clean_up

POLL_SECONDS = 1.0
"""How often the ledger's head is read while something is scheduled."""
IDLE_POLL_SECONDS = 2.0
CLEANING_SECONDS = 15.0
QUIET_CLEANING_SECONDS = 300.0
"""How long cleaning waits at most while neither the ledger nor the time asks for it."""
_REST_FACTOR = 20
"""A sweep that takes long is made less often: it takes at most a twentieth of the time."""
_MARGIN = 0.002
"""Seconds to sleep beyond a due time, so that the clock is past it."""


class Mirror(Protocol):
    """Shows elsewhere what the lane did, after the fact."""

    def nudge(self) -> None:
        """Say that the ledger moved; returns at once."""
        ...

    def health(self) -> JsonObject:
        """Return how far it has come and what went wrong."""
        ...


class InteractiveLane:
    """The gateway's lane; `start` begins its threads, `run` and `wake` may come from any thread."""

    def __init__(self, kernel: Kernel, *, mirror: Mirror | None = None) -> None:
        """Keep what it works with."""
        self._kernel = kernel
        self._mirror = mirror
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._retries = threading.Event()
        self._rounds = 0
        self._last_round: str | None = None
        self._swept = (-1, 0.0)
        self._counts = Counter[str]()
        self._work_trouble = Troubles(kernel, "lane", "The gateway could not do all its work")
        self._clean_trouble = Troubles(kernel, "sweep", "The gateway could not clean up")
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work; what a former process left is taken up first."""
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for target, name in ((self._work, "lane"), (self._clean, "lane-sweep"))
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Begin nothing more and wait for what is on the wire; returns whether all came to rest."""
        self._stopping.set()
        self._woken.set()
        limit = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, limit - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Say that something may be due or decidable; returns at once."""
        self._woken.set()

    def run(self, workflow: str, item: bytes | None = None) -> JsonObject:
        """Take in (this one message, if given), decide, commit what is authorised; say what it did.

        Works in the caller's thread. The shape is that of `services.flow.run_all`.

        Raises:
            UnknownId: there is no such workflow.
            TransitionRefused: the workflow is paused.
            UsageInvalid: the workflow takes no messages.
            HomeLocked, StorageFailed: nothing can be written now.

        """
        try:
            if item is None:
                return run_all(self._kernel, workflow)
            return run_one(self._kernel, workflow, item)
        finally:
            self.wake()
            self._tell_mirror()

    def health(self) -> JsonObject:
        """Return how the lane is.

        `state` is working, degraded (the last round failed; it goes on by itself) or stopped;
        `error` is a code, `since` when it first went wrong; `counts` is by outcome since the start.
        """
        trouble = self._work_trouble if self._work_trouble.code else self._clean_trouble
        return {
            "state": self._state(),
            **trouble.told(),
            "rounds": self._rounds,
            "last_round": self._last_round,
            "counts": dict[str, JsonValue](self._counts),
            "mirror": self._mirror.health() if self._mirror else None,
        }

    def _state(self) -> str:
        if self._stopping.is_set() or not any(one.is_alive() for one in self._threads):
            return "stopped"
        has_trouble = self._work_trouble.code or self._clean_trouble.code
        return "degraded" if has_trouble else "working"

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            found = self._work_trouble.attempt(self._round)
            if found is None:
                self._woken.wait(self._work_trouble.pause)
                continue
            self._settle(found)
            self._sleep(found)

    def _round(self) -> Round:
        # what a full disk refused goes first: while it is refused nothing else is tried
        retries = self._retries.is_set() or self._work_trouble.is_about_storage
        self._retries.clear()
        work = RoundOfWork(
            kernel=self._kernel,
            is_called=self._woken.is_set,
            is_ending=self._stopping.is_set,
        )
        return work.run(retries=retries)

    def _settle(self, found: Round) -> None:
        self._rounds += 1
        self._last_round = rfc3339(self._kernel.clock.now())
        self._counts += found.counts
        if found.troubles:
            self._work_trouble.record(found.troubles[-1])
        else:
            self._work_trouble.clear()
        self._tell_mirror()

    def _tell_mirror(self) -> None:
        if self._mirror is not None:
            self._mirror.nudge()

    def _sleep(self, found: Round) -> None:
        """Sleep until something asks for work: a call, a due time, a ledger that moved."""
        poll = POLL_SECONDS if found.next_at else IDLE_POLL_SECONDS
        while not self._stopping.is_set():
            left = self._seconds_left(found)
            if self._woken.wait(poll if left is None else min(poll, left)):
                return
            if left is not None and left <= poll:
                return
            if self._work_trouble.attempt(self._position) != found.position:
                return

    def _seconds_left(self, found: Round) -> float | None:
        if found.next_at is None:
            return None
        left = (found.next_at - self._kernel.clock.now()).total_seconds()
        return max(0.0, left) + _MARGIN

    def _position(self) -> int:
        return head_position(self._kernel)

    def _clean(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            started = time.monotonic()
            if self._clean_trouble.attempt(self._sweep):
                self._clean_trouble.clear()
            spent = time.monotonic() - started
            pause = max(CLEANING_SECONDS, self._clean_trouble.pause, spent * _REST_FACTOR)

    def _sweep(self) -> bool:
        if not self._is_dirty():
            return True
        done = clean_up(self._kernel)
        self._swept = (self._position(), time.monotonic())
        self._counts += done
        self._retries.set()
        self._woken.set()
        return True

    def _is_dirty(self) -> bool:
        position, moment = self._swept
        is_old = time.monotonic() - moment > QUIET_CLEANING_SECONDS
        return is_old or self._position() != position or wants_cleaning(self._kernel)

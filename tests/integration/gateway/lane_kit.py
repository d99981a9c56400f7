"""Owns what tests of the lane work with: a clock that runs, a disk that fills up, a mirror."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aios_defs.core.decision import ContextPack, Decision
from aios_defs.core.errors import StorageFailed
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Ledger, Transaction, View
from resources.testing.fixed_clock import FixedClock
from resources.testing.scripted_agent import Script, reply_script

PATIENCE = 20.0
"""Seconds after which a test gives up; none asserts how long something took."""


class RunningClock(FixedClock):
    """Begins at the moment of tests and runs on with the machine."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._began)


@dataclass(slots=True)
class FailingLedger:
    """A ledger whose disk is full as long as it is told so."""

    inner: Ledger
    is_full: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def transaction(self, *, actor: str, run_id: str | None = None) -> Iterator[Transaction]:
        self._refuse()
        with self.inner.transaction(actor=actor, run_id=run_id) as tx:
            yield tx

    def view(self) -> AbstractContextManager[View]:
        self._refuse()
        return self.inner.view()

    def rebuild(self) -> int:
        return self.inner.rebuild()

    def _refuse(self) -> None:
        if self.is_full.is_set():
            raise StorageFailed("The disk is full.", remedy="Make room.")


@dataclass(slots=True)
class HeardMirror:
    """A mirror that counts how often it was told."""

    nudges: int = 0

    def nudge(self) -> None:
        self.nudges += 1

    def health(self) -> JsonObject:
        return {"state": "working"}


def eventually(is_so: Callable[[], bool]) -> bool:
    """Return whether something came true before patience ended."""
    end = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def breaking_for(task_id: str) -> Script:
    """Return a script that breaks over one task and answers every other."""
    answer = reply_script()

    def decide(pack: ContextPack) -> Decision:
        if pack.task_id == task_id:
            raise RuntimeError(task_id)
        return answer(pack)

    return decide

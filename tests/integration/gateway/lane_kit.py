"""Owns what tests of the lane work with: a disk that fills up, a mirror, an agent that breaks."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from aios_defs.core.decision import ContextPack, Decision
from aios_defs.core.errors import StorageFailed
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Ledger, Transaction, View
from resources.testing.scripted_agent import Script, reply_script


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


def breaking_for(task_id: str) -> Script:
    """Return a script that breaks over one task and answers every other."""
    answer = reply_script()

    def decide(pack: ContextPack) -> Decision:
        if pack.task_id == task_id:
            raise RuntimeError(task_id)
        return answer(pack)

    return decide

"""Owns the gateway's first look: what came in while nothing ran is taken in, and told on the way.

What it misses is taken in by the probe of the mailboxes later, so a failure costs only time.
"""

import threading
from dataclasses import dataclass, field

from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonValue
from aios_defs.core.rows.messages import MessageRow
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.gateway.lane_trouble import Troubles
from aios_defs.gateway.news import Teller
from aios_defs.services.inbox import count_waiting
from aios_defs.services.kernel import Kernel

_EVERY = 0.5
"""Seconds between two words about how far it has come."""


@dataclass(slots=True, kw_only=True)
class FirstLook:
    """Runs each workflow that takes messages once, in the caller's thread."""

    lane: InteractiveLane
    kernel: Kernel
    teller: Teller
    _is_done: threading.Event = field(default_factory=threading.Event, init=False)

    def run(self) -> None:
        """Take in, decide, commit what is authorised; tells `taking_in`, at the end `settled`."""
        telling = threading.Thread(target=self._tell, name="first-look", daemon=True)
        telling.start()
        trouble = Troubles(self.kernel, "first look", "The gateway could not take all mail in")
        for workflow in self.kernel.business.workflows:
            if workflow.trigger == "message":
                trouble.attempt(lambda name=workflow.name: self._look(name))
        if trouble.code is None:
            trouble.clear()
        self._is_done.set()
        telling.join()
        self.teller.tell("settled", **self._counts())

    def _look(self, workflow: str) -> None:
        try:
            self.lane.run(workflow)
        except AiosError as error:
            self.teller.tell("passed_over", workflow=workflow, code=error.code)

    def _tell(self) -> None:
        told: dict[str, JsonValue] = {}
        while not self._is_done.wait(_EVERY):
            counts = self._counts()
            if counts != told:
                self.teller.tell("taking_in", **counts)
                told = counts

    def _counts(self) -> dict[str, JsonValue]:
        with self.kernel.ledger.view() as view:
            messages = view.count(MessageRow)
        return {"messages": messages, "waiting": dict[str, JsonValue](count_waiting(self.kernel))}

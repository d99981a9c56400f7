"""Owns one round of the interactive lane: commit what is due, then decide what is open.

What is due goes first: between two decisions the round looks whether something became due.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from aios_defs.core.actions import READY, ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.gateway.lane_trouble import DEGRADING, code_of
from aios_defs.services.commit import commit_action
from aios_defs.services.decide import decide_task
from aios_defs.services.due import Agenda, Waiting, read_agenda
from aios_defs.services.kernel import Kernel
from aios_defs.services.reconcile import reconcile_all


@dataclass(slots=True, kw_only=True)
class Round:
    """What a round did, what failed in it, and where it left the ledger.

    `position` is where nothing was left to do, `next_at` when something will be.
    """

    counts: Counter[str] = field(default_factory=Counter[str])
    troubles: list[str] = field(default_factory=list[str])
    position: int = 0
    next_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class RoundOfWork:
    """One round under way; `is_called` says that somebody asks for another look."""

    kernel: Kernel
    is_called: Callable[[], bool]
    is_ending: Callable[[], bool]
    done: Round = field(default_factory=Round)
    tried: set[Waiting] = field(default_factory=set[Waiting])

    def run(self, *, retries: bool) -> Round:
        """Work until nothing is left that was not tried; what is on the wire always finishes.

        Raises:
            HomeLocked, StorageFailed, LedgerBroken: nothing can be written for now.

        """
        agenda = read_agenda(self.kernel, retries=retries)
        while not self.is_ending() and self._work_off(agenda):
            agenda = read_agenda(self.kernel)
        self.done.position, self.done.next_at = agenda.position, agenda.next_at
        return self.done

    def _work_off(self, agenda: Agenda) -> bool:
        """Do what is on the agenda, as long as nothing more urgent comes; returns whether it did.

        One that did not move is not tried again in this round.
        """
        has_worked = False
        for one in self._fresh(agenda.actions):
            self._attempt(lambda one=one: self._commit(one.id))
            has_worked = True
        for one in self._fresh(agenda.tasks):
            self._attempt(lambda one=one: self._decide(one.id))
            has_worked = True
            if self.is_called() or self._is_due(agenda.next_at) or self._may_go_on(one.id):
                break
        return has_worked

    def _fresh(self, found: tuple[Waiting, ...]) -> Iterator[Waiting]:
        for one in found:
            if one not in self.tried and not self.is_ending():
                self.tried.add(one)
                yield one

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except DEGRADING:
            raise
        except Exception as error:  # noqa: BLE001 - one bad thing holds up no other
            self.done.troubles.append(code_of(error))

    def _commit(self, action_id: str) -> None:
        state = commit_action(self.kernel, action_id)
        self.done.counts[str(state)] += 1
        if state is ActionState.UNCERTAIN:
            reconcile_all(self.kernel)

    def _decide(self, task_id: str) -> None:
        outcome = decide_task(self.kernel, task_id)
        self.done.counts[outcome or "unchanged"] += 1

    def _may_go_on(self, task_id: str) -> bool:
        """Return whether the decision led to an action that may start at once."""
        with self.kernel.ledger.view() as view:
            return view.count(ActionRow, task_id=task_id, state=READY) > 0

    def _is_due(self, moment: datetime | None) -> bool:
        return moment is not None and self.kernel.clock.now() >= moment

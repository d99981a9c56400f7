"""Owns the history of tickets: one row for each task, with what analyses over time need.

Ids, codes and times, no personal text.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aios_defs.core.actions import ActionState
from aios_defs.core.envelope import Envelope
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.messages import HomeRow, MessageRow
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import values_by_id
from aios_defs.services.tables.table import Form, Record, Table

Outcome = Literal["automatic", "approved", "by_operator", "not_needed", "dropped", "waiting"]
UNCLEAR = "unclear"
"""The category of what an agent could not tell, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRecord(Record):
    """One task from its first message to its end.

    `received_at` is when the store received the first message. `outcome`: answered without asking
    (`automatic`), after an `approved` decision, `by_operator` from elsewhere; `not_needed`;
    `dropped` by the operator; `waiting`. `response_ms` counts to the answer from `received_at`, or
    from the home's beginning when that is later; None without an answer. `questions` were asked of
    the operator.
    """

    task_id: str
    workflow: str
    category: str
    outcome: str
    profile_id: str
    received_at: datetime
    response_ms: int | None
    questions: int


FORM = Form(name="ticket_history", record=HistoryRecord)


def ticket_history(kernel: Kernel) -> Table:
    """Return every task as the ledger stands now."""
    with kernel.ledger.view() as view:
        facts = _Facts(kernel, view)
        rows = tuple(facts.record(task) for task in view.select(TaskRow, order="created_at"))
        return Table(form=FORM, rows=rows, head=view.head())


class _Facts:
    """What is known of all tasks, read in a few passes."""

    def __init__(self, kernel: Kernel, view: View) -> None:
        home = view.get(HomeRow, "home")
        self._began_at = home.created_at if home else None
        self._received = values_by_id(
            view, MessageRow, "stored_at", view.column(MessageRow, "id", folder="inbox")
        )
        self._ended = {
            event.correlation_id: event for event in view.events(types=(_COMPLETED, _CANCELLED))
        }
        self._known = {
            one.name: {category.name for category in one.categories}
            for one in kernel.business.workflows
        }
        self._categories = dict[str | None, str | None](
            view.tally(DecisionRow, "id", "category").keys()
        )
        self._asked = Counter(view.column(QuestionRow, "task_id"))
        self._approvals: defaultdict[str, set[bool]] = defaultdict(set)
        for task_id, approval_id in view.tally(
            ActionRow, "task_id", "approval_id", state=ActionState.COMMITTED
        ):
            self._approvals[task_id].add(approval_id is not None)

    def record(self, task: TaskRow) -> HistoryRecord:
        received_at = self._received.get(task.message_ids[0], task.created_at)
        outcome = self._outcome(task)
        answered = self._ended[task.id] if outcome in _ANSWERS else None
        return HistoryRecord(
            task_id=task.id,
            workflow=task.workflow,
            category=self._category(task),
            outcome=outcome,
            profile_id=task.profile_id,
            received_at=received_at,
            response_ms=self._response(received_at, answered) if answered else None,
            questions=self._asked[task.id],
        )

    def _outcome(self, task: TaskRow) -> Outcome:
        ended = self._ended.get(task.id)
        if ended is None or task.state not in (TaskState.COMPLETED, TaskState.CANCELLED):
            return "waiting"
        if ended.type == _CANCELLED:
            return "not_needed" if ended.data.get("reason") == "no_reply_needed" else "dropped"
        if ended.data.get("outcome") == "answered_by_operator":
            return "by_operator"
        return "approved" if True in self._approvals[task.id] else "automatic"

    def _response(self, received_at: datetime, answered: Envelope) -> int:
        began = max(received_at, self._began_at or received_at)
        return max(0, round((answered.time - began).total_seconds() * 1000))

    def _category(self, task: TaskRow) -> str:
        """Return the category if it is the operator's: an agent's own word could quote a mail."""
        known = self._categories.get(task.decision_id)
        return known if known and known in self._known.get(task.workflow, ()) else UNCLEAR


_COMPLETED, _CANCELLED = "task.completed.v1", "task.cancelled.v1"
_ANSWERS = ("automatic", "approved", "by_operator")

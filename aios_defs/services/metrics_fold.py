"""Owns how an event becomes counts: pure over the moments it knows and the names of things.

What a name says of a thing never changes after it (a task's workflow, an action's connector), so it
does not matter when the log is folded, nor in how many pieces.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from aios_defs.core.envelope import Envelope
from aios_defs.core.events import actions as act
from aios_defs.core.events import messages as msg
from aios_defs.core.events import tasks as tsk
from aios_defs.core.events.registry import EventData, parse_event
from aios_defs.core.metrics import WAITING, Cell, Labels, bucket, hour_of

_COUNTS: dict[type[EventData], str] = {
    msg.MessageReceived: "messages_received",
    msg.MessageIgnored: "messages_ignored",
    msg.MessageQuarantined: "messages_quarantined",
    tsk.TaskCreated: "tasks_created",
    tsk.TaskCompleted: "tasks_completed",
    tsk.TaskCancelled: "tasks_cancelled",
    tsk.TaskReopened: "tasks_reopened",
    tsk.TaskFailed: "tasks_failed",
    tsk.DecisionMade: "decisions_made",
    tsk.QuestionAsked: "questions_asked",
    tsk.QuestionAnswered: "questions_answered",
    act.ApprovalRequested: "approvals_requested",
    act.ApprovalGranted: "approvals_granted",
    act.ApprovalRejected: "approvals_rejected",
    act.ApprovalExpired: "approvals_expired",
    act.ActionProposed: "actions_proposed",
    act.ActionDenied: "actions_denied",
    act.ActionDrafted: "actions_drafted",
    act.ActionCommitted: "actions_committed",
    act.ActionFailed: "actions_failed",
    act.ActionUncertain: "actions_uncertain",
}
"""The events that count as they are."""

_OTHERS: tuple[type[EventData], ...] = (
    tsk.QuestionWithdrawn,
    act.ActionAuthorised,
    act.ActionScheduled,
    act.ActionCancelled,
    act.ActionSuperseded,
)
TYPES = tuple(kind.type for kind in (*_COUNTS, *_OTHERS))
"""The events that matter; all others are passed over."""

_ENDS_ASKING = (
    act.ApprovalExpired,
    act.ActionDenied,
    act.ActionDrafted,
    act.ActionCancelled,
    act.ActionSuperseded,
)
_MS = timedelta(milliseconds=1)


class Names(Protocol):
    """What the log says for good about a thing."""

    def message(self, message_id: str) -> Labels:
        """Return the connector of a message."""
        ...

    def task(self, task_id: str) -> Labels:
        """Return the workflow of a task and the connector of its first message."""
        ...

    def action(self, action_id: str) -> Labels:
        """Return the workflow and connector of an action and the agent that decided on it."""
        ...


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts that some events led to, and the moments they changed (None: it is over).

    `moment` returns when something began before these events.
    """

    names: Names
    moment: Callable[[str], datetime | None]
    counts: Counter[Cell] = field(default_factory=Counter[Cell])
    moments: dict[str, datetime | None] = field(default_factory=dict[str, datetime | None])

    def add(self, event: Envelope) -> None:
        """Fold one event."""
        data = parse_event(event.type, event.data)
        entry = _Entry(self, event.time, self._labels(data))
        metric = _COUNTS.get(type(data))
        if metric and not _is_own(data):
            entry.count(metric)
        entry.time_task(data)
        entry.time_asking(data)
        entry.time_commit(data)

    def began(self, key: str) -> datetime | None:
        """Return when something began that has not ended."""
        return self.moments[key] if key in self.moments else self.moment(key)

    def _labels(self, data: EventData) -> Labels:
        if isinstance(data, msg.MessageReceived):
            return Labels(connector=data.connector)
        if isinstance(data, tsk.DecisionMade):
            return self.names.task(data.task_id)._replace(agent=data.agent)
        for name, find in (
            ("action_id", self.names.action),
            ("task_id", self.names.task),
            ("message_id", self.names.message),
        ):
            thing = getattr(data, name, None)
            if isinstance(thing, str):
                return find(thing)
        return Labels()


def _is_own(data: EventData) -> bool:
    return isinstance(data, msg.MessageReceived) and data.folder != "inbox"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event being folded."""

    tally: Tally
    time: datetime
    labels: Labels

    def count(self, metric: str, by: int = 1, le_ms: int | None = None) -> None:
        self.tally.counts[Cell(hour_of(self.time), self.labels, metric, le_ms)] += by

    def time_task(self, data: EventData) -> None:
        """Time a task from its message, or from what reopened it, to the decision."""
        if isinstance(data, tsk.TaskCreated | tsk.TaskReopened):
            self._begin(f"task:{data.task_id}")
        elif isinstance(data, tsk.DecisionMade):
            self._end(f"task:{data.task_id}", "decision_ms")
        elif isinstance(data, tsk.TaskCompleted | tsk.TaskCancelled):
            self._end(f"task:{data.task_id}")

    def time_asking(self, data: EventData) -> None:
        """Time what waits for the operator, from the question to the answer."""
        if isinstance(data, act.ApprovalRequested):
            self._ask(f"approval:{data.action_id}")
        elif isinstance(data, tsk.QuestionAsked):
            self._ask(f"question:{data.question_id}")
        elif isinstance(data, act.ApprovalGranted | act.ApprovalRejected):
            self._answer(f"approval:{data.action_id}", "operator_ms")
        elif isinstance(data, tsk.QuestionAnswered):
            self._answer(f"question:{data.question_id}", "operator_ms")
        elif isinstance(data, tsk.QuestionWithdrawn):
            self._answer(f"question:{data.question_id}")
        elif isinstance(data, _ENDS_ASKING):
            self._answer(f"approval:{getattr(data, 'action_id', '')}")

    def time_commit(self, data: EventData) -> None:
        """Time what may happen: from the approval, and from the moment it is due."""
        action = str(getattr(data, "action_id", ""))
        approved, due = f"approved:{action}", f"due:{action}"
        if isinstance(data, act.ApprovalGranted):
            self._begin(approved)
            self._begin(due)  # a window, if there is one, puts it off
        elif isinstance(data, act.ActionAuthorised) and not data.undo_seconds:
            self._begin(due)
        elif isinstance(data, act.ActionScheduled):
            self.tally.moments[due] = data.due_at
        elif isinstance(data, act.ActionCommitted):
            self._end(approved, "approved_ms")
            self._end(due, "commit_ms")
        elif isinstance(data, (act.ApprovalRequested, act.ApprovalRejected, *_ENDS_ASKING)):
            self._end(approved)
            self._end(due)
        if isinstance(data, act.ActionSuperseded) and data.reason == "edited":
            self.count("actions_edited")

    def _begin(self, key: str) -> None:
        self.tally.moments[key] = self.time

    def _end(self, key: str, metric: str | None = None) -> bool:
        began = self.tally.began(key)
        if began is None:
            return False
        self.tally.moments[key] = None
        if metric:
            self.count(metric, le_ms=bucket(max(0, (self.time - began) // _MS)))
        return True

    def _ask(self, key: str) -> None:
        if self.tally.began(key) is None:
            self.count(WAITING)
        self._begin(key)

    def _answer(self, key: str, metric: str | None = None) -> None:
        if self._end(key, metric):
            self.count(WAITING, by=-1)

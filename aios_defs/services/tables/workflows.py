"""Owns the tables of the workflows: messages, tickets, replies, outcomes.

They hold ids, states, codes and times, no personal text: words of a sender, a connector or an agent
that are no code of ours stay out.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id
from aios_defs.services.tables.table import Form, Record, Table
from aios_defs.services.views import message_standing

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord(Record):
    """One item taken in; `reason` is a code, for what was ignored."""

    message_id: str
    connector: str
    folder: str
    state: str
    reason: str | None
    authenticated: str
    profile_id: str | None
    thread_id: str | None
    task_id: str | None
    stored_at: datetime
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord(Record):
    """One task and the decision in force."""

    task_id: str
    workflow: str
    kind: str
    tolerance: str
    state: str
    profile_id: str
    thread_id: str
    message_ids: tuple[str, ...]
    attempt: int
    run_id: str
    decision_id: str | None
    outcome: str | None
    category: str | None
    agent: str | None
    agent_version: str | None
    created_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRecord(Record):
    """One action and the verdict on it: `rule` is the one that decided, by its id."""

    action_id: str
    task_id: str
    decision_id: str | None
    workflow: str
    connector: str
    operation: str
    slot: int
    state: str
    rule: str
    risk: int
    author: str
    approval_id: str | None
    cited_facts: tuple[str, ...]
    content_hash: str
    attempts: int
    run_id: str | None
    replaced_by: str | None
    due_at: datetime | None
    created_at: datetime
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecord(Record):
    """Where one inbound message stands, with everything that led there."""

    message_id: str
    standing: str
    reason: str | None
    task_id: str | None
    task_state: str | None
    decision_id: str | None
    action_ids: tuple[str, ...]
    action_states: tuple[str, ...]
    rules: tuple[str, ...]
    approval_ids: tuple[str, ...]
    cited_facts: tuple[str, ...]
    question_ids: tuple[str, ...]
    run_ids: tuple[str, ...]
    received_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The tasks and messages that a table is limited to."""

    task_ids: tuple[str, ...]
    message_ids: tuple[str, ...]


def workflow_table(kernel: Kernel, name: str, extent: Extent | None = None) -> Table:
    """Return messages, tickets, replies or outcomes as the ledger stands now.

    With an `extent` only the rows about these tasks and messages, which is cheap however long the
    ledger is.
    """
    form, query = _QUERIES[name]
    with kernel.ledger.view() as view:
        rows = tuple(query(kernel, view, extent))
        return Table(form=form, rows=rows, head=view.head())


def workflow_form(name: str) -> Form:
    """Return the form of messages, tickets, replies or outcomes."""
    return _QUERIES[name][0]


def _rows(view: View, kind: type[R], ids: tuple[str, ...] | None, order: str) -> list[R]:
    if ids is None:
        return view.select(kind, order=order)
    return sorted(by_id(view, kind, ids).values(), key=lambda row: getattr(row, order))


def _of_tasks(view: View, kind: type[R], extent: Extent | None, order: str) -> list[R]:
    if extent is None:
        return view.select(kind, order=order)
    return [
        row
        for task_id in extent.task_ids
        for row in view.select(kind, task_id=task_id, order=order)
    ]


def _messages(_: Kernel, view: View, extent: Extent | None) -> list[MessageRecord]:
    return [
        MessageRecord(
            message_id=row.id,
            connector=row.connector,
            folder=row.folder,
            state=row.state,
            reason=row.reason if row.state == "ignored" else None,
            authenticated=row.authenticated,
            profile_id=row.profile_id,
            thread_id=row.thread_id,
            task_id=row.task_id,
            stored_at=row.stored_at,
            event_id=row.event_id,
            position=row.position,
        )
        for row in _rows(view, MessageRow, extent and extent.message_ids, "position")
    ]


def _tickets(kernel: Kernel, view: View, extent: Extent | None) -> list[TicketRecord]:
    tasks = _rows(view, TaskRow, extent and extent.task_ids, "created_at")
    decisions = by_id(view, DecisionRow, (task.decision_id for task in tasks))
    return [_ticket(kernel, task, decisions.get(task.decision_id or "")) for task in tasks]


def _ticket(kernel: Kernel, task: TaskRow, decision: DecisionRow | None) -> TicketRecord:
    return TicketRecord(
        task_id=task.id,
        workflow=task.workflow,
        kind=task.kind,
        tolerance=task.tolerance,
        state=str(task.state),
        profile_id=task.profile_id,
        thread_id=task.thread_id,
        message_ids=task.message_ids,
        attempt=task.attempt,
        run_id=task.run_id,
        decision_id=decision.id if decision else None,
        outcome=decision.outcome if decision else None,
        category=_category(kernel, task, decision),
        agent=decision.agent if decision else None,
        agent_version=decision.agent_version if decision else None,
        created_at=task.created_at,
        deadline=task.deadline,
    )


def _category(kernel: Kernel, task: TaskRow, decision: DecisionRow | None) -> str | None:
    """Return the category if it is the operator's: an agent's own word could quote a mail."""
    workflow = kernel.business.workflow(task.workflow)
    known = {one.name for one in workflow.categories} if workflow else set[str]()
    return decision.category if decision and decision.category in known else None


def _replies(_: Kernel, view: View, extent: Extent | None) -> list[ReplyRecord]:
    return [
        ReplyRecord(
            action_id=row.id,
            task_id=row.task_id,
            decision_id=row.decision_id,
            workflow=row.workflow,
            connector=row.connector,
            operation=row.operation,
            slot=row.slot,
            state=str(row.state),
            rule=row.rule,
            risk=row.risk,
            author=row.author,
            approval_id=row.approval_id,
            cited_facts=row.cited_facts,
            content_hash=row.content_hash,
            attempts=row.attempts,
            run_id=row.run_id,
            replaced_by=row.replaced_by,
            due_at=row.due_at,
            created_at=row.created_at,
            event_id=row.event_id,
        )
        for row in _of_tasks(view, ActionRow, extent, "created_at")
    ]


def _outcomes(_: Kernel, view: View, extent: Extent | None) -> list[OutcomeRecord]:
    tasks = {row.id: row for row in _rows(view, TaskRow, extent and extent.task_ids, "id")}
    actions: defaultdict[str, list[ActionRow]] = defaultdict(list)
    for row in _of_tasks(view, ActionRow, extent, "slot"):
        actions[row.task_id].append(row)
    questions: defaultdict[str, list[str]] = defaultdict(list)
    for question in _of_tasks(view, QuestionRow, extent, "position"):
        questions[question.task_id].append(question.id)
    states = {row.id: row.state for row in tasks.values()}
    return [
        _outcome(
            row,
            message_standing(row, states),
            tasks.get(row.task_id or ""),
            actions[row.task_id or ""],
            questions[row.task_id or ""],
        )
        for row in _rows(view, MessageRow, extent and extent.message_ids, "position")
        if row.folder == "inbox"
    ]


def _outcome(
    row: MessageRow,
    standing: str,
    task: TaskRow | None,
    actions: list[ActionRow],
    questions: list[str],
) -> OutcomeRecord:
    return OutcomeRecord(
        message_id=row.id,
        standing=standing,
        reason=row.reason if row.state == "ignored" else None,
        task_id=row.task_id,
        task_state=str(task.state) if task else None,
        decision_id=task.decision_id if task else None,
        action_ids=tuple(one.id for one in actions),
        action_states=tuple(str(one.state) for one in actions),
        rules=tuple(one.rule for one in actions),
        approval_ids=tuple(one.approval_id for one in actions if one.approval_id),
        cited_facts=tuple(dict.fromkeys(fact for one in actions for fact in one.cited_facts)),
        question_ids=tuple(questions),
        run_ids=tuple(dict.fromkeys(one.run_id for one in actions if one.run_id)),
        received_position=row.position,
    )


_Query = Callable[[Kernel, View, Extent | None], Sequence[Record]]

_QUERIES: dict[str, tuple[Form, _Query]] = {
    "messages": (Form(name="messages", record=MessageRecord), _messages),
    "tickets": (Form(name="tickets", record=TicketRecord), _tickets),
    "replies": (Form(name="replies", record=ReplyRecord), _replies),
    "outcomes": (Form(name="outcomes", record=OutcomeRecord), _outcomes),
}

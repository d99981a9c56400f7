"""Owns the inbox: every card that waits for the operator, in one shape."""

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import KeyErased
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.memory import FactRow, ProfileRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.sealed import Sealed
from aios_defs.core.tasks import TaskState
from aios_defs.services.kernel import Kernel
from aios_defs.services.untaken import untaken

_DECISIONS = (ActionState.AWAITING_APPROVAL, ActionState.DRAFTED)
_FAILURES = (
    ActionState.FAILED,
    ActionState.FAILED_RETRYABLE,
    ActionState.UNCERTAIN,
    ActionState.PARKED,
    ActionState.DENIED,
    ActionState.COMPENSATION_FAILED,
)


def inbox(kernel: Kernel) -> list[JsonObject]:
    """Return the cards that wait, by kind and oldest first.

    Decisions, questions, failures, quarantine, facts, notices. The shape is that of
    `aios inbox --json`; what only decisions have is None elsewhere.
    """
    with kernel.ledger.view() as view:
        return [
            *_decisions(kernel, view),
            *_questions(kernel, view),
            *_failures(kernel, view),
            *_quarantine(view),
            *_facts(kernel, view),
            *_untaken(kernel, view),
            *_notices(view),
        ]


def card(card_id: str, kind: str, summary: str, **more: JsonValue) -> JsonObject:
    """Return a card with every key of the shape; `more` fills those that apply."""
    blank: JsonObject = {
        "id": card_id,
        "kind": kind,
        "workflow": None,
        "summary": summary,
        "operation": None,
        "recipients": None,
        "rule": None,
        "risk": None,
        "content_hash": None,
        "expires_at": None,
        "state": None,
        "remedy": None,
    }
    return {**blank, **more}


def readable(kernel: Kernel, sealed: Sealed) -> str:
    """Return a sealed text, or that it was erased."""
    try:
        return kernel.vault.open(sealed)
    except KeyErased:
        return "(erased)"


def _decisions(kernel: Kernel, view: View) -> list[JsonObject]:
    rows = view.select(ActionRow, state=_DECISIONS, order="created_at")
    return [_decision(kernel, view, row) for row in rows]


def _decision(kernel: Kernel, view: View, row: ActionRow) -> JsonObject:
    approval = view.get(ApprovalRow, row.approval_id) if row.approval_id else None
    is_open = row.state is ActionState.AWAITING_APPROVAL and approval is not None
    return card(
        row.id,
        "decision",
        readable(kernel, row.summary),
        workflow=row.workflow,
        operation=row.operation,
        recipients=list[JsonValue](recipients(kernel, row)),
        rule=row.rule,
        risk=row.risk,
        content_hash=row.content_hash,
        expires_at=rfc3339(approval.expires_at) if is_open and approval else None,
        state=str(row.state),
        remedy=_decision_remedy(kernel, row),
    )


def _decision_remedy(kernel: Kernel, row: ActionRow) -> str:
    if row.connector not in kernel.connectors:
        return f"Put {row.connector} back in business/connectors.yaml, or: aios skip {row.id}"
    if row.state is ActionState.DRAFTED:
        return f"Only a draft: let it write with: aios connector trust {row.connector} --for 7d"
    return f"aios approve {row.id}, or: aios reject {row.id}"


def recipients(kernel: Kernel, row: ActionRow) -> list[str]:
    """Return whom an action would reach, from its typed arguments."""
    connector = kernel.connectors.get(row.connector)
    operation = connector.describe().operation(row.operation) if connector else None
    try:
        arguments = kernel.open_json(row.arguments)
    except KeyErased:
        return []
    names = operation.recipients if operation else ()
    values = [arguments.get(name) for name in names]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [str(one) for one in flat if one]


def _questions(kernel: Kernel, view: View) -> list[JsonObject]:
    rows = view.select(QuestionRow, state="open", order="position")
    return [
        card(
            row.id,
            "question",
            f"{_whose(kernel, view, row.task_id)} — {readable(kernel, row.text)}",
            workflow=_workflow(view, row.task_id),
            remedy=f'aios answer {row.id} "…"',
        )
        for row in rows
    ]


def _whose(kernel: Kernel, view: View, task_id: str) -> str:
    """Return whose message a task is about, and its subject line."""
    task = view.get(TaskRow, task_id)
    profile = view.get(ProfileRow, task.profile_id) if task else None
    message = view.get(MessageRow, task.message_ids[-1]) if task else None
    name = readable(kernel, profile.name) if profile else "?"
    heading = readable(kernel, message.heading) if message and message.heading else ""
    return f"{name}: {heading or '(no subject)'}"


def _workflow(view: View, task_id: str) -> str | None:
    task = view.get(TaskRow, task_id)
    return task.workflow if task else None


def _failures(kernel: Kernel, view: View) -> list[JsonObject]:
    actions = view.select(ActionRow, state=_FAILURES, order="created_at")
    live = [row for row in actions if _task_waits(view, row)]
    tasks = view.select(TaskRow, state=TaskState.FAILED, order="created_at")
    return [
        *(_failed_action(kernel, row) for row in live),
        *_stranded(kernel, view),
        *(
            card(
                row.id,
                "failure",
                f"Deciding failed: {row.reason}",
                workflow=row.workflow,
                state=str(row.state),
                remedy=row.remedy,
            )
            for row in tasks
        ),
    ]


def _stranded(kernel: Kernel, view: View) -> list[JsonObject]:
    """Return the cards of tasks that wait for a workflow which the catalog no longer has."""
    rows = view.select(TaskRow, state=(TaskState.OPEN, TaskState.CLAIMED), order="created_at")
    return [
        card(
            row.id,
            "failure",
            f"Nothing decides this: the catalog has no workflow {row.workflow}.",
            workflow=row.workflow,
            state=str(row.state),
            remedy=f"Put it back in business/catalog.yaml, or: aios skip {row.id}",
        )
        for row in rows
        if kernel.business.workflow(row.workflow) is None
    ]


def _task_waits(view: View, row: ActionRow) -> bool:
    task = view.get(TaskRow, row.task_id)
    is_open = row.state in (ActionState.UNCERTAIN, ActionState.PARKED)
    return is_open or (task is not None and task.state is TaskState.WAITING)


def _failed_action(kernel: Kernel, row: ActionRow) -> JsonObject:
    return card(
        row.id,
        "failure",
        f"{readable(kernel, row.summary)} ({row.state}: {row.error or row.rule})",
        workflow=row.workflow,
        operation=row.operation,
        recipients=list[JsonValue](recipients(kernel, row)),
        state=str(row.state),
        remedy=_failure_remedy(row),
    )


def _failure_remedy(row: ActionRow) -> str:
    if row.state is ActionState.PARKED:
        return f"Look whether it arrived, then: aios resolve {row.id} --sent (or --not-sent)"
    if row.state is ActionState.UNCERTAIN:
        return f"It is asked about at the next run of: aios run {row.workflow}"
    return f"aios retry {row.id}, or: aios skip {row.id}"


def _quarantine(view: View) -> list[JsonObject]:
    rows = view.select(MessageRow, state="quarantined", order="position")
    return [
        card(row.id, "quarantine", row.reason or "unreadable", remedy=row.remedy) for row in rows
    ]


def _facts(kernel: Kernel, view: View) -> list[JsonObject]:
    rows = view.select(FactRow, state=("proposed", "disputed"), order="position")
    return [
        card(
            row.id,
            "fact",
            f"Remember {row.predicate}: {readable(kernel, row.value)}?",
            state=row.state,
            remedy=f"aios approve {row.id}, or: aios reject {row.id}",
        )
        for row in rows
    ]


def _untaken(kernel: Kernel, view: View) -> list[JsonObject]:
    return [
        card(
            row.id,
            "notice",
            f"No workflow takes this: {readable(kernel, row.heading) if row.heading else ''}",
            state=row.state,
            remedy=f"Add one of trigger `message` for connector {row.connector} to "
            f"business/catalog.yaml, or: aios skip {row.id}",
        )
        for row in untaken(view)
    ]


def _notices(view: View) -> list[JsonObject]:
    rows = view.select(NoticeRow, state="open", order="position")
    return [
        card(row.id, "notice", row.summary, remedy=f"{row.remedy} Then: aios skip {row.id}")
        for row in rows
    ]

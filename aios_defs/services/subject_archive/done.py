"""Owns what was done about a subject, for its archive: tasks, decisions, actions, packs."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow, QuestionRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.cards import operation_title
from aios_defs.services.lookup import by_id, chunks
from aios_defs.services.subject_archive.scope import Scope, source_of

_REJECTED = "approval.rejected.v1"


def tasks(scope: Scope) -> list[JsonValue]:
    """Return the subject's tasks, the oldest first."""
    created = {one.correlation_id: one.id for one in scope.events if one.type == "task.created.v1"}
    return [
        {
            "id": row.id,
            "workflow": row.workflow,
            "kind": row.kind,
            "state": str(row.state),
            "reason": row.reason,
            "created_at": rfc3339(row.created_at),
            "deadline": rfc3339(row.deadline),
            "message_ids": list[JsonValue](row.message_ids),
            "source": scope.source(created.get(row.id)),
        }
        for row in sorted(scope.tasks.values(), key=lambda row: (row.created_at, row.id))
    ]


def questions(scope: Scope) -> list[JsonValue]:
    """Return what the operator was asked in the subject's tasks, and answered."""
    return [
        {
            "id": row.id,
            "task_id": row.task_id,
            "state": row.state,
            "text": scope.text(row.text),
            "answer": scope.text(row.answer),
            "source": scope.source(row.event_id),
        }
        for row in sorted(scope.of_tasks(QuestionRow), key=lambda row: row.position)
    ]


def decisions(scope: Scope) -> list[JsonValue]:
    """Return what agents decided in the subject's tasks, with all they answered."""
    return [
        {
            "id": row.id,
            "task_id": row.task_id,
            "pack_id": row.pack_id,
            "agent": row.agent,
            "agent_version": row.agent_version,
            "outcome": row.outcome,
            "category": row.category,
            "is_superseded": row.is_superseded,
            "answer": scope.value(row.answer),
            "source": scope.source(row.event_id),
        }
        for row in sorted(scope.of_tasks(DecisionRow), key=lambda row: row.position)
    ]


def actions(scope: Scope) -> list[JsonValue]:
    """Return the actions of the subject's tasks, and those of others' that reached it."""
    turns = scope.view.select(InteractionRow, profile_id=scope.found.profiles)
    reached = by_id(scope.view, ActionRow, (turn.action_id for turn in turns))
    rows = {row.id: row for row in (*scope.of_tasks(ActionRow), *reached.values())}
    asked: dict[str, list[JsonValue]] = {}
    for some in chunks(rows):
        for row in scope.view.select(ApprovalRow, action_id=some):
            asked.setdefault(row.action_id, []).append({"id": row.id, "state": row.state})
    why = {one.data["action_id"]: one for one in scope.events if one.type == _REJECTED}
    ordered = sorted(rows.values(), key=lambda row: (row.created_at, row.id))
    return [
        {
            **_action(scope, row),
            "approvals": asked.get(row.id, []),
            "rejected": _reason(scope, why.get(row.id)),
        }
        for row in ordered
    ]


def _reason(scope: Scope, event: Envelope | None) -> JsonValue:
    """Return why the operator rejected an action; None where they did not, or said nothing."""
    sealed = event.data.get("reason") if event else None
    return scope.text(Sealed.model_validate(sealed)) if sealed else None


def _action(scope: Scope, row: ActionRow) -> JsonObject:
    return {
        "id": row.id,
        "task_id": row.task_id,
        "decision_id": row.decision_id,
        "connector": row.connector,
        "operation": row.operation,
        "title": operation_title(scope.kernel, row.operation),
        "state": str(row.state),
        "author": row.author,
        "rule": row.rule,
        "created_at": rfc3339(row.created_at),
        "summary": scope.text(row.summary),
        "arguments": scope.value(row.arguments),
        "cited_facts": list[JsonValue](row.cited_facts),
        "source": scope.source(row.event_id),
    }


def commitments(scope: Scope) -> list[JsonValue]:
    """Return what was promised to the subject, the oldest first."""
    rows = scope.view.select(CommitmentRow, profile_id=scope.found.profiles, order="position")
    return [
        {
            "id": row.id,
            "action_id": row.action_id,
            "thread_id": row.thread_id,
            "text": scope.text(row.text),
            "due": rfc3339(row.due) if row.due else None,
            "basis": row.basis,
            "state": row.state,
            "reason": scope.text(row.reason),
            "source": scope.source(row.event_id),
        }
        for row in rows
    ]


def packs(scope: Scope) -> list[JsonValue]:
    """Return which context packs held something of the subject, and what.

    Items of somebody else and of the house are counted only.
    """
    told = {str(event.data["pack_id"]): event for event in scope.packs}
    rows = by_id(scope.view, PackRow, told)
    refs = frozenset(scope.found.refs)
    found: list[JsonValue] = []
    for pack_id, event in told.items():
        row = rows.get(pack_id)
        if row is not None:
            own = [one for one in row.items if one.blob.subject_ref in refs]
            items: list[JsonValue] = [
                {"name": one.name, "content": scope.value(one.blob)} for one in own
            ]
            found.append(
                {
                    "id": row.id,
                    "task_id": row.task_id,
                    "agent": row.agent,
                    "items": items,
                    "others": len(row.items) - len(own),
                    "source": source_of(event),
                }
            )
    return found

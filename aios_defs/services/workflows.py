"""Owns what is told of the workflows: how far each is trusted, how it goes, what holds it up."""

from datetime import datetime, timedelta

from aios_defs.core.actions import ActionState
from aios_defs.core.business import Workflow
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import NoticeRow, PauseRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.cadence import expected_every
from aios_defs.services.connector_health import WRITING, standing
from aios_defs.services.evidence import BAR, evidence
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import values_by_id
from aios_defs.services.metrics_view import WEEK, Scope, metrics

STAGES = ("catalogued", "draft_only", "asks", "earned")
"""How far a workflow is trusted, one step after the other."""

_OPEN = (TaskState.OPEN, TaskState.CLAIMED)


def workflows(kernel: Kernel) -> JsonObject:
    """Return every workflow of the catalog in its order, the shape of `/api/workflows`."""
    with kernel.ledger.view() as view:
        found = [_told(kernel, view, entry) for entry in kernel.business.workflows]
        return {
            "workflows": list[JsonValue](found),
            "paused": list[JsonValue](sorted(view.column(PauseRow, "scope"))),
        }


def workflow(kernel: Kernel, name: str, *, since: timedelta = WEEK) -> JsonObject:
    """Return all about one workflow, with its evidence, its rules and its metrics.

    Raises:
        UnknownId: the catalog has none of that name.
        UsageInvalid: there are no metrics of that length of time.

    """
    entry = kernel.workflow(name)
    with kernel.ledger.view() as view:
        told = {
            **_told(kernel, view, entry),
            "evidence": list[JsonValue](evidence(view, name)),
            "bar": BAR,
        }
    return {
        **told,
        "rules": list[JsonValue](_rules(kernel, entry)),
        "metrics": metrics(kernel, Scope(since=since, workflow=name)),
    }


def _told(kernel: Kernel, view: View, entry: Workflow) -> JsonObject:
    scopes = entry.scopes
    paused = [one for one in ("all", *scopes.values()) if view.get(PauseRow, one) is not None]
    writes = standing(kernel, view, entry.connector)
    decided_at = _last_decision(view, entry.name)
    return {
        "name": entry.name,
        "intent": entry.intent,
        "trigger": entry.trigger,
        "agent": entry.agent,
        "has_agent": entry.agent in kernel.agents,
        "connector": writes,
        "operations": list[JsonValue](entry.operations),
        "tolerance": entry.tolerance,
        "undo_seconds": entry.undo_seconds,
        "approval_hours": entry.approval_hours,
        "deadline_hours": entry.deadline_hours,
        "scopes": dict[str, JsonValue](scopes),
        "paused": list[JsonValue](paused),
        "open": _open(view, entry.name),
        "stage": _stage(entry, writes, has_decided=decided_at is not None),
        "cards": _cards(view, scopes["workflow"]),
        "cadence": _cadence(kernel, view, entry, decided_at),
    }


def _cards(view: View, about: str) -> list[JsonValue]:
    """Return the open cards about a workflow: what stays away, waits too long or is late."""
    rows = view.select(NoticeRow, about=about, state="open")
    return [{"id": row.id, "kind": row.kind, "summary": row.summary} for row in rows]


def _open(view: View, name: str) -> JsonObject:
    tasks = {state: n for (state,), n in view.tally(TaskRow, "state", workflow=name).items()}
    actions = {state: n for (state,), n in view.tally(ActionRow, "state", workflow=name).items()}
    asking = values_by_id(
        view, TaskRow, "workflow", view.column(QuestionRow, "task_id", state="open")
    )
    return {
        "undecided": sum(tasks.get(state, 0) for state in _OPEN),
        "decisions": actions.get(ActionState.AWAITING_APPROVAL, 0),
        "drafts": actions.get(ActionState.DRAFTED, 0),
        "questions": sum(workflow == name for workflow in asking.values()),
        "failed": tasks.get(TaskState.FAILED, 0)
        + sum(
            actions.get(state, 0)
            for state in (
                ActionState.FAILED,
                ActionState.FAILED_RETRYABLE,
                ActionState.UNCERTAIN,
                ActionState.PARKED,
            )
        ),
    }


def _stage(entry: Workflow, connector: JsonObject, *, has_decided: bool) -> JsonObject:
    """Return the step a workflow stands on, the next one, and in words what that one misses."""
    if connector["standing"] not in WRITING:
        now = "draft_only" if has_decided else "catalogued"
        misses = (
            f"Connector {entry.connector} may not write ({connector['standing']}):"
            " what it would write is only drafted."
        )
        misses += "" if has_decided else " Nothing was decided yet."
    elif not has_decided:
        now, misses = "catalogued", "Nothing was decided yet: it begins with its first task."
    else:
        now = "asks"
        misses = (
            f"Proposals that stand as written at least {BAR:.0%} of the time."
            " This version counts them; it does not grant autonomy yet. A rule in policies.yaml"
            " can let an operation go without asking."
        )
    following = STAGES[STAGES.index(now) + 1]
    return {"now": now, "next": following, "misses": misses}


def _cadence(
    kernel: Kernel, view: View, entry: Workflow, decided_at: datetime | None
) -> JsonObject:
    """Return when something last happened; `is_late`: more time passed than is expected."""
    received = view.select(
        MessageRow, connector=entry.connector, folder="inbox", order="-id", limit=1
    )
    committed = view.select(
        ActionRow, workflow=entry.name, state=ActionState.COMMITTED, order="-id", limit=1
    )
    received_at = _time(view, received[0].event_id) if received else None
    effect_at = _last_time(view, f"action-{committed[0].id}") if committed else None
    expected = expected_every(view, entry)
    is_late = (
        expected is not None
        and received_at is not None
        and kernel.clock.now() - received_at > expected
    )
    moments = {
        "last_message_at": received_at,
        "last_decision_at": decided_at,
        "last_effect_at": effect_at,
    }
    return {
        "expected_every_hours": round(expected / timedelta(hours=1)) if expected else None,
        "is_declared": entry.expected_every_hours is not None,
        **{name: rfc3339(at) if at else None for name, at in moments.items()},
        "is_late": is_late,
    }


def _last_decision(view: View, name: str) -> datetime | None:
    decided = view.select(TaskRow, workflow=name, decision_id__gt="", order="-decision_id", limit=1)
    row = view.get(DecisionRow, decided[0].decision_id or "") if decided else None
    return _time(view, row.event_id) if row else None


def _time(view: View, event_id: str) -> datetime | None:
    event = view.event(event_id)
    return event.time if event else None


def _last_time(view: View, stream: str) -> datetime | None:
    times = [event.time for event in view.events(stream=stream)]
    return times[-1] if times else None


def _rules(kernel: Kernel, entry: Workflow) -> list[JsonObject]:
    """Return the rules of policies.yaml that can meet an operation of the workflow."""
    return [
        {
            "id": rule.id,
            "action": rule.action,
            "when": rule.when,
            "effect": str(rule.effect.value),
            "undo_seconds": rule.undo_seconds,
            "why": rule.why,
            "operations": [one for one in entry.operations if rule.names(one)],
        }
        for rule in kernel.policy.rules.rules
        if any(rule.names(one) for one in entry.operations)
    ]

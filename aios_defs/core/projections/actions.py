"""Owns how actions and approvals fold; every event goes through the table of core/actions.py."""

from datetime import datetime

from aios_defs.core.actions import ActionState, next_state
from aios_defs.core.backoff import next_attempt
from aios_defs.core.envelope import Envelope
from aios_defs.core.events.actions import (
    ActionAuthorised,
    ActionCancelled,
    ActionCommitted,
    ActionCompensated,
    ActionCompensating,
    ActionCompensationFailed,
    ActionDenied,
    ActionDoubted,
    ActionDrafted,
    ActionFailed,
    ActionParked,
    ActionProposed,
    ActionScheduled,
    ActionStarted,
    ActionSuperseded,
    ActionUncertain,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRejected,
    ApprovalRequested,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.tasks import TaskRow


def _action(rows: Rows, action_id: str) -> ActionRow:
    return must(rows.get(ActionRow, action_id), ActionRow, action_id)


def _event(env: Envelope) -> str:
    name = env.type.rpartition(".")[0]
    return f"{name}.retryable" if env.data.get("retryable") is True else name


def _move(env: Envelope, rows: Rows, action_id: str, **changes: object) -> ActionRow:
    row = _action(rows, action_id)
    state = next_state(row.state, _event(env), env.actor, action_id)
    moved = row.but(state=state, version=env.sequence, **changes)
    rows.put(moved)
    return moved


@reduces(ActionProposed)
def _action_proposed(env: Envelope, data: ActionProposed, rows: Rows) -> None:
    before = rows.get(ActionRow, data.action_id)
    state = next_state(before.state if before else None, _event(env), env.actor, data.action_id)
    row = _proposed_row(env, data, state)
    if before is not None:
        row = row.but(token=before.token, attempts=before.attempts, place=before.place)
    rows.put(row)
    task = must(rows.get(TaskRow, data.task_id), TaskRow, data.task_id)
    rows.put(task.but(slots=max(task.slots, data.slot + 1)))


def _proposed_row(env: Envelope, data: ActionProposed, state: ActionState) -> ActionRow:
    verdict = data.verdict
    return ActionRow(
        id=data.action_id,
        task_id=data.task_id,
        decision_id=data.decision_id,
        workflow=data.workflow,
        connector=data.connector,
        account=data.account,
        operation=data.operation,
        slot=data.slot,
        key=data.key,
        content_hash=data.content_hash,
        arguments=data.arguments,
        summary=data.summary,
        cited_facts=data.cited_facts,
        author=data.author,
        state=state,
        rule=verdict.rule,
        reasons=verdict.reasons,
        risk=verdict.risk,
        undo_seconds=verdict.undo_seconds or 0,
        approval_id=None,
        due_at=None,
        restarted=False,
        run_id=None,
        token=0,
        attempts=0,
        lease_until=None,
        worker=None,
        place="",
        outside_ref=None,
        detail=None,
        error=None,
        remedy=None,
        replaced_by=None,
        event_id=env.id,
        created_at=env.time,
        version=env.sequence,
    )


@reduces(ActionDenied)
def _action_denied(env: Envelope, data: ActionDenied, rows: Rows) -> None:
    _void_approval(rows, data.action_id)
    _move(env, rows, data.action_id, rule=data.rule, reasons=data.reasons)


@reduces(ActionDrafted)
def _action_drafted(env: Envelope, data: ActionDrafted, rows: Rows) -> None:
    _void_approval(rows, data.action_id)
    _move(env, rows, data.action_id, rule=data.rule, reasons=data.reasons)


@reduces(ActionAuthorised)
def _action_authorised(env: Envelope, data: ActionAuthorised, rows: Rows) -> None:
    _move(env, rows, data.action_id, rule=data.rule, undo_seconds=data.undo_seconds)


def _void_approval(
    rows: Rows,
    action_id: str,
    state: str = "void",
    *,
    voids: tuple[str, ...] = ("requested", "granted"),
) -> None:
    approval_id = _action(rows, action_id).approval_id
    approval = rows.get(ApprovalRow, approval_id) if approval_id else None
    if approval is not None and approval.state in voids:
        rows.put(approval.but(state=state))


@reduces(ApprovalRequested)
def _approval_requested(env: Envelope, data: ApprovalRequested, rows: Rows) -> None:
    _void_approval(rows, data.action_id)
    rows.put(
        ApprovalRow(
            id=data.approval_id,
            action_id=data.action_id,
            content_hash=data.content_hash,
            rules=data.rules,
            state="requested",
            expires_at=data.expires_at,
            reason=data.reason,
        )
    )
    _move(
        env,
        rows,
        data.action_id,
        approval_id=data.approval_id,
        due_at=None,
        rule=data.rules[0] if data.rules else "default",
    )


@reduces(ApprovalGranted)
def _approval_granted(env: Envelope, data: ApprovalGranted, rows: Rows) -> None:
    approval = must(rows.get(ApprovalRow, data.approval_id), ApprovalRow, data.approval_id)
    rows.put(approval.but(state="granted", expires_at=data.expires_at))
    _move(env, rows, data.action_id)


@reduces(ApprovalRejected)
def _approval_rejected(env: Envelope, data: ApprovalRejected, rows: Rows) -> None:
    _void_approval(rows, data.action_id, "rejected")
    _move(env, rows, data.action_id)


@reduces(ApprovalExpired)
def _approval_expired(env: Envelope, data: ApprovalExpired, rows: Rows) -> None:
    _void_approval(rows, data.action_id, "expired")
    _move(env, rows, data.action_id)


@reduces(ActionScheduled)
def _action_scheduled(env: Envelope, data: ActionScheduled, rows: Rows) -> None:
    _move(
        env,
        rows,
        data.action_id,
        due_at=data.due_at,
        run_id=data.run_id,
        restarted=data.restarted,
    )


@reduces(ActionStarted)
def _action_started(env: Envelope, data: ActionStarted, rows: Rows) -> None:
    before = _action(rows, data.action_id)
    approval = rows.get(ApprovalRow, data.approval_id) if data.approval_id else None
    if approval is not None:
        rows.put(approval.but(state="used"))
    _move(
        env,
        rows,
        data.action_id,
        token=data.token,
        attempts=before.attempts + 1,
        lease_until=data.lease_until,
        worker=env.actor.partition(":")[2],
        place=data.place,
        run_id=data.run_id,
        error=None,
        remedy=None,
    )


@reduces(ActionCommitted)
def _action_committed(env: Envelope, data: ActionCommitted, rows: Rows) -> None:
    _move(env, rows, data.action_id, outside_ref=data.outside_ref, lease_until=None, error=None)


@reduces(ActionFailed)
def _action_failed(env: Envelope, data: ActionFailed, rows: Rows) -> None:
    _move(
        env,
        rows,
        data.action_id,
        error=data.error,
        remedy=data.remedy,
        lease_until=None,
        due_at=_next_attempt(env, data, rows) if data.retryable else None,
    )


def _next_attempt(env: Envelope, data: ActionFailed, rows: Rows) -> datetime | None:
    row = _action(rows, data.action_id)
    task = must(rows.get(TaskRow, row.task_id), TaskRow, row.task_id)
    approval = rows.get(ApprovalRow, row.approval_id) if row.approval_id else None
    ends = (approval.expires_at,) if approval else ()
    return next_attempt(
        data.error, row.attempts, row.key, failed_at=env.time, limits=(task.deadline, *ends)
    )


@reduces(ActionUncertain)
def _action_uncertain(env: Envelope, data: ActionUncertain, rows: Rows) -> None:
    _move(env, rows, data.action_id, error=data.reason, lease_until=None)


@reduces(ActionDoubted)
def _action_doubted(env: Envelope, data: ActionDoubted, rows: Rows) -> None:
    _void_approval(rows, data.action_id, voids=("requested", "granted", "used"))
    _move(env, rows, data.action_id, error=data.reason, lease_until=None, due_at=None)


@reduces(ActionParked)
def _action_parked(env: Envelope, data: ActionParked, rows: Rows) -> None:
    _move(env, rows, data.action_id, error=data.reason)


@reduces(ActionCancelled)
def _action_cancelled(env: Envelope, data: ActionCancelled, rows: Rows) -> None:
    _void_approval(rows, data.action_id)
    _move(env, rows, data.action_id, error=data.reason)


@reduces(ActionSuperseded)
def _action_superseded(env: Envelope, data: ActionSuperseded, rows: Rows) -> None:
    _void_approval(rows, data.action_id)
    _move(env, rows, data.action_id, error=data.reason, replaced_by=data.by)


@reduces(ActionCompensating)
def _action_compensating(env: Envelope, data: ActionCompensating, rows: Rows) -> None:
    _move(env, rows, data.action_id, token=data.token)


@reduces(ActionCompensated)
def _action_compensated(env: Envelope, data: ActionCompensated, rows: Rows) -> None:
    _move(env, rows, data.action_id, outside_ref=data.outside_ref)


@reduces(ActionCompensationFailed)
def _action_compensation_failed(env: Envelope, data: ActionCompensationFailed, rows: Rows) -> None:
    _move(env, rows, data.action_id, error=data.error, remedy=data.remedy)

"""Owns committing: the intent is written ahead of the wire, the outcome after it.

    claim (one transaction) → wire, read back → record (one transaction)

Whoever is killed in between leaves an action `committing` under a lease; the sweep turns it into
`uncertain` and reconciliation asks the connector. A worker whose lease was taken over can't record.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from aios_defs.core.actions import READY, ActionState
from aios_defs.core.connector import CommitRequest, Receipt, recipients_of
from aios_defs.core.errors import (
    AiosError,
    CredentialRefused,
    FenceLost,
    OutsideFailed,
    StorageFailed,
)
from aios_defs.core.events.actions import ActionFailed, ActionStarted, ActionUncertain
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.authority import Authority, find_authority
from aios_defs.services.automatic import forget_automatic, note_automatic
from aios_defs.services.drafts import of_action
from aios_defs.services.held import hold, release
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, tell
from aios_defs.services.outcomes import record_committed
from aios_defs.services.propose import schedule

OVERDUE = timedelta(minutes=5)
"""A window that ended longer ago than this ended while nobody was there: it starts again, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An action on its way: what to do, under which fencing token."""

    action: ActionRow
    request: CommitRequest
    token: int


def ready_actions(kernel: Kernel) -> list[str]:
    """Return the ids of the actions that a worker may try now, oldest first."""
    with kernel.ledger.view() as view:
        now = kernel.clock.now()
        rows = view.select(
            ActionRow, state=(*READY, ActionState.FAILED_RETRYABLE), order="created_at"
        )
        return [row.id for row in rows if is_due(row, now)]


def is_due(action: ActionRow, now: datetime) -> bool:
    """Return whether an action may be tried: its window is over, or the wait after a failure."""
    if action.due_at is None:
        return action.state is not ActionState.FAILED_RETRYABLE
    return action.due_at <= now


def commit_action(
    kernel: Kernel, action_id: str, *, run_id: str | None = None, force: bool = False
) -> ActionState | None:
    """Commit one action if it may start; returns its state afterwards, None if there is none.

    `force` is the operator's word: it ends an undo window or the wait after a failure early, and
    allows another attempt.
    Effectively once: a second caller, a retry or a restart never repeats the effect.

    Raises:
        StorageFailed: the disk of the home, or of the connector, takes nothing; it may be retried.

    """
    started = _start(kernel, action_id, run_id=run_id, force=force)
    if started is not None:
        _carry_out(kernel, started)
    with kernel.ledger.view() as view:
        row = view.get(ActionRow, action_id)
        return row.state if row else None


def _start(kernel: Kernel, action_id: str, *, run_id: str | None, force: bool) -> Started | None:
    actor = f"worker:{kernel.workers.me}"
    kernel.points.reached("commit.claiming")
    with kernel.ledger.transaction(actor=actor, run_id=run_id) as tx:
        action = tx.get(ActionRow, action_id)
        if action is None or not _may_start(kernel, tx, action, force=force):
            return None
        authority = find_authority(kernel, tx, action, actor=actor)
        if authority is None:
            return None
        started = ActionStarted(
            action_id=action.id,
            token=action.token + 1,
            lease_until=tx.now + kernel.lease,
            run_id=run_id or action.run_id or kernel.ids.new(),
            content_hash=action.content_hash,
            rule=authority.rule,
            approval_id=authority.approval_id,
            place=kernel.place(action.connector),
        )
        tx.append(of_action(action, started, run_id=started.run_id))
        if authority.approval_id is None:
            _note_automatic(kernel, tx, action, authority)
        kernel.points.reached("commit.intended")
        request = CommitRequest(
            operation=action.operation, key=action.key, arguments=authority.arguments, at=tx.now
        )
    kernel.points.reached("commit.started")
    return Started(action=action, request=request, token=started.token)


def _note_automatic(
    kernel: Kernel, tx: Transaction, action: ActionRow, authority: Authority
) -> None:
    operation = kernel.connector(action.connector).describe().operation(action.operation)
    task = tx.get(TaskRow, action.task_id)
    if operation is not None and operation.addresses_people and task is not None:
        note_automatic(
            kernel,
            tx,
            thread_id=task.thread_id,
            recipients=recipients_of(operation, authority.arguments),
            action_id=action.id,
        )


def _may_start(kernel: Kernel, tx: Transaction, action: ActionRow, *, force: bool) -> bool:
    if action.state not in (*READY, ActionState.FAILED_RETRYABLE):
        return False
    if force:
        return True
    if not is_due(action, tx.now):
        return False
    if _is_overdue(action, tx.now):
        _restart_window(kernel, tx, action)
        return False
    return True


def _restart_window(kernel: Kernel, tx: Transaction, action: ActionRow) -> None:
    seconds = max(action.undo_seconds, 10)
    schedule(kernel, tx, action, seconds=seconds, actor="sweep", restarted=True)
    notice = Notice(
        kind="restarted_window",
        about=action.id,
        summary="An undo window ended while nobody was there; it starts again, once.",
        remedy=f"To stop it: aios undo {action.id}",
    )
    tell(kernel, tx, notice, correlation_id=action.task_id, actor="sweep")


def _is_overdue(action: ActionRow, now: datetime) -> bool:
    return (
        action.state is ActionState.SCHEDULED
        and action.due_at is not None
        and not action.restarted
        and now - action.due_at > OVERDUE
    )


def _carry_out(kernel: Kernel, started: Started) -> None:
    connector = kernel.connector(started.action.connector)
    try:
        receipt = connector.commit(started.request, lambda: _fence(kernel, started))
    except FenceLost:
        return
    except OutsideFailed as error:
        kernel.points.reached("commit.refused")
        _record_failure(kernel, started, error)
        if error.fields.get("is_storage"):  # it would refuse every other one as well
            raise StorageFailed(error.message, remedy=error.remedy) from error
    except Exception as error:  # noqa: BLE001 - the edge to outside code: unknown means uncertain
        kernel.points.reached("commit.unanswered")
        _record_uncertain(kernel, started, error)
    else:
        kernel.points.reached("commit.answered")
        _record_commit(kernel, started, receipt)
        kernel.points.reached("commit.recorded")


def _fence(kernel: Kernel, started: Started) -> None:
    """Raise FenceLost unless this worker still holds the action."""
    with kernel.ledger.view() as view:
        row = view.get(ActionRow, started.action.id)
    is_ours = row is not None and _holds(row, started)
    if not is_ours or row is None or not row.lease_until or row.lease_until <= kernel.clock.now():
        raise FenceLost(
            f"Action {started.action.id} is no longer this worker's.",
            remedy="Nothing to do: whoever took it over settles it.",
            action_id=started.action.id,
        )
    kernel.points.reached("commit.fenced")


def _holds(row: ActionRow, started: Started) -> bool:
    return row.state is ActionState.COMMITTING and row.token == started.token


def _record_commit(kernel: Kernel, started: Started, receipt: Receipt) -> None:
    with _recording(kernel, started) as tx:
        row = tx.get(ActionRow, started.action.id)
        if row is not None and _holds(row, started):
            record_committed(kernel, tx, row, receipt)
            release(tx, row.connector)
            kernel.points.reached("commit.recording")


def _record_failure(kernel: Kernel, started: Started, error: OutsideFailed) -> None:
    failed = ActionFailed(
        action_id=started.action.id,
        token=started.token,
        error=StorageFailed.code if error.fields.get("is_storage") else error.code,
        remedy=error.remedy,
        retryable=bool(error.fields.get("retryable")) or isinstance(error, CredentialRefused),
    )
    with _recording(kernel, started) as tx:
        row = tx.get(ActionRow, started.action.id)
        if row is not None and _holds(row, started):
            tx.append(of_action(row, failed, run_id=row.run_id))
            forget_automatic(tx, row.id)
            if isinstance(error, CredentialRefused):
                hold(kernel, tx, row.connector, error)


def _record_uncertain(kernel: Kernel, started: Started, error: Exception) -> None:
    reason = error.code if isinstance(error, AiosError) else type(error).__name__
    data = ActionUncertain(action_id=started.action.id, token=started.token, reason=reason)
    with _recording(kernel, started) as tx:
        row = tx.get(ActionRow, started.action.id)
        if row is not None and _holds(row, started):
            tx.append(of_action(row, data, run_id=row.run_id))


def _recording(kernel: Kernel, started: Started) -> AbstractContextManager[Transaction]:
    return kernel.ledger.transaction(
        actor=f"worker:{kernel.workers.me}", run_id=started.action.run_id
    )

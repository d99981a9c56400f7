"""Owns uncertainty: what may have happened outside is asked about, or parked, never repeated.

`found` commits, `absent` (conclusive once the lease is fenced) makes it retryable, `unknown` parks
it for the operator, whose word settles it.
"""

from typing import Literal

from aios_defs.core.actions import ActionState
from aios_defs.core.connector import Finding, Receipt
from aios_defs.core.errors import OutsideError, TransitionRefused
from aios_defs.core.events.actions import (
    ActionCancelled,
    ActionFailed,
    ActionParked,
    ActionUncertain,
)
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.tasks import TaskCancelled
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.approve import find_action
from aios_defs.services.authority import is_own_account
from aios_defs.services.automatic import forget_automatic
from aios_defs.services.drafts import of_action, of_task
from aios_defs.services.edges import outside
from aios_defs.services.kernel import Kernel
from aios_defs.services.outcomes import record_committed
from aios_defs.services.restored import ask_anew, is_doubted, is_unread, weigh

Word = Literal["sent", "not_sent", "cancel"]


def fence_lost_leases(kernel: Kernel) -> list[str]:
    """Turn every action whose worker is dead, or whose lease is over, into `uncertain`."""
    with kernel.ledger.view() as view:
        rows = view.select(ActionRow, state=ActionState.COMMITTING)
    return [row.id for row in rows if _is_abandoned(kernel, row) and _fence(kernel, row.id)]


def _is_abandoned(kernel: Kernel, row: ActionRow) -> bool:
    is_over = row.lease_until is None or row.lease_until <= kernel.clock.now()
    return is_over or kernel.workers.is_gone(row.worker or "")


def _fence(kernel: Kernel, action_id: str) -> bool:
    with kernel.ledger.transaction(actor="sweep") as tx:
        row = tx.get(ActionRow, action_id)
        if row is None or row.state is not ActionState.COMMITTING or not _is_abandoned(kernel, row):
            return False
        reason = "worker_gone" if kernel.workers.is_gone(row.worker or "") else "lease_over"
        tx.append(
            of_action(
                row,
                ActionUncertain(action_id=row.id, token=row.token, reason=reason),
                run_id=row.run_id,
            )
        )
    kernel.points.reached("reconcile.fenced")
    return True


def reconcile_all(kernel: Kernel) -> list[str]:
    """Ask the connectors about every uncertain action; returns the ids that were settled."""
    with kernel.ledger.view() as view:
        found = view.select(ActionRow, state=ActionState.UNCERTAIN, order="created_at")
        rows = [one for one in found if not _waits(kernel, view, one)]
    return [row.id for row in rows if reconcile(kernel, row) is not ActionState.UNCERTAIN]


def _waits(kernel: Kernel, view: View, action: ActionRow) -> bool:
    return is_doubted(action) and is_unread(kernel, view, action.connector)


def reconcile(kernel: Kernel, action: ActionRow) -> ActionState:
    """Ask the connector whether an uncertain effect exists; returns the state afterwards.

    An unreachable or broken connector, or an attempt still under way, leaves the action uncertain,
    for the next sweep; a connector that is gone or moved can't be asked any more, so the operator
    is.
    """
    try:
        finding = outside(lambda: _ask(kernel, action))
    except OutsideError:
        return action.state
    if finding.answer == "unknown" and finding.ask_again:
        return action.state
    kernel.points.reached("reconcile.found")
    with kernel.ledger.transaction(actor="sweep", run_id=action.run_id) as tx:
        row = tx.get(ActionRow, action.id)
        if row is None or row.state is not ActionState.UNCERTAIN or row.token != action.token:
            return row.state if row else action.state
        if finding.answer == "found":
            receipt = finding.receipt or Receipt(outside_ref=row.key)
            record_committed(kernel, tx, row, receipt, found=True)
        else:
            tx.append(of_action(row, _unsettled(row, finding), run_id=row.run_id))
            if finding.answer == "absent":
                _nothing_left(kernel, tx, row)
        after = tx.get(ActionRow, action.id)
    kernel.points.reached("reconcile.recorded")
    return after.state if after else action.state


def _ask(kernel: Kernel, action: ActionRow) -> Finding:
    connector = kernel.connectors.get(action.connector)
    if connector is None:
        return Finding(answer="unknown", reason="its connector left connectors.yaml")
    if not is_own_account(kernel, action):
        return Finding(answer="unknown", reason="its connector has another account now")
    if is_doubted(action):
        return weigh(kernel, action, connector.find(action.operation, action.key))
    if kernel.place(action.connector) != action.place:
        return Finding(answer="unknown", reason="its connector sends somewhere else now")
    return connector.find(action.operation, action.key)


def _unsettled(row: ActionRow, finding: Finding) -> EventData:
    if finding.answer == "absent":
        return ActionFailed(
            action_id=row.id,
            token=row.token,
            error="not_sent",
            remedy="It is tried again by itself.",
            retryable=True,
        )
    return ActionParked(action_id=row.id, reason=finding.reason or "the connector can't tell")


def _nothing_left(kernel: Kernel, tx: Transaction, row: ActionRow) -> None:
    forget_automatic(tx, row.id)
    if is_doubted(row):
        ask_anew(kernel, tx, row.id)


def resolve(kernel: Kernel, action_id: str, word: Word) -> ActionState:
    """Settle an action by the operator's word: it was sent, it was not, or cancel it.

    Raises:
        UnknownId: there is no such action.
        TransitionRefused: it is neither parked nor uncertain.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = find_action(tx, action_id)
        if row.state is ActionState.UNCERTAIN:
            parked = ActionParked(action_id=row.id, reason="the operator looked")
            tx.append(of_action(row, parked, actor="operator", run_id=row.run_id))
        elif row.state is not ActionState.PARKED:
            raise TransitionRefused(
                f"Action {row.id} is {row.state}: there is nothing to settle.",
                remedy=f"Look at it with: aios trace {row.id}",
                action_id=row.id,
                state=row.state,
            )
        if word == "sent":
            record_committed(kernel, tx, row, Receipt(outside_ref=row.key), actor="operator")
        else:
            tx.append(of_action(row, _word(row, word), actor="operator", run_id=row.run_id))
            forget_automatic(tx, row.id)
        if word == "cancel":
            _end_task(tx, row)
        after = tx.get(ActionRow, action_id)
    assert after is not None  # noqa: S101 - the row was read above
    return after.state


def _end_task(tx: Transaction, row: ActionRow) -> None:
    task = tx.get(TaskRow, row.task_id)
    if task is not None and task.state is TaskState.WAITING:
        cancelled = TaskCancelled(task_id=task.id, reason="cancelled")
        tx.append(of_task(task, cancelled))


def _word(row: ActionRow, word: Word) -> EventData:
    if word == "cancel":
        return ActionCancelled(action_id=row.id, reason="not_sent")
    return ActionFailed(
        action_id=row.id,
        token=row.token,
        error="not_sent",
        remedy=f"Try again: aios retry {row.id}",
        retryable=True,
    )

"""Owns the sweep: what time and crashes left behind is brought to where it belongs.

Expired approvals reopen their tasks, abandoned workers are fenced and their actions reconciled,
what was erased is cancelled, drafts are judged again once their connector may write, messages that
waited for a workflow get their task, connectors forget what nobody asks about any more, and what is
due is committed. With nothing due it makes no event.
"""

from collections import Counter

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import AiosError, HomeLocked, StorageFailed
from aios_defs.core.events.actions import ActionProposed
from aios_defs.core.policy.request import Effect
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.approve import find_action
from aios_defs.services.authority import matter_of
from aios_defs.services.commit import commit_action, ready_actions
from aios_defs.services.drafts import of_action
from aios_defs.services.expiry import end_expiry_notices, expire
from aios_defs.services.judge import judge
from aios_defs.services.kernel import Kernel
from aios_defs.services.old_keys import forget_old_keys
from aios_defs.services.overdue import cancel_erased
from aios_defs.services.packs import subject_ref
from aios_defs.services.propose import follow_verdict, must_action, record_verdict
from aios_defs.services.reconcile import fence_lost_leases, reconcile_all
from aios_defs.services.untaken import give_untaken


def clean_up(kernel: Kernel) -> Counter[str]:
    """Settle what time, crashes and changes left behind; returns how many of each."""
    done: Counter[str] = Counter()
    done["fenced"] = len(fence_lost_leases(kernel))
    done["reconciled"] = len(reconcile_all(kernel))
    done["erased"] = cancel_erased(kernel)
    done["expired"] = expire_approvals(kernel)
    done["judged_again"] = judge_drafts_again(kernel)
    done["given"] = len(give_untaken(kernel))
    done["told"] = end_expiry_notices(kernel)
    done["forgotten"] = forget_old_keys(kernel)
    return +done


def commit_due(kernel: Kernel, *, run_id: str | None = None) -> Counter[str]:
    """Commit every action that may start now, one after the other; returns counts by state.

    An uncertain action is settled at once, as far as its connector can tell. One that can't be
    judged holds up no other.

    Raises:
        AiosError: the first thing that stood in the way, after the others were tried.

    """
    done: Counter[str] = Counter()
    troubles: list[AiosError] = []
    for action_id in ready_actions(kernel):
        try:
            done[str(commit_action(kernel, action_id, run_id=run_id))] += 1
        except (HomeLocked, StorageFailed):
            raise
        except AiosError as error:
            troubles.append(error)
    if done[ActionState.UNCERTAIN]:
        reconcile_all(kernel)
    if troubles:
        raise troubles[0]
    return done


def expire_approvals(kernel: Kernel) -> int:
    """Expire the approvals nobody gave in time, and those nobody used; their tasks reopen."""
    with kernel.ledger.view() as view:
        now = kernel.clock.now()
        rows = view.select(ApprovalRow, state=("requested", "granted"), expires_at__lte=now)
    return sum(_expire(kernel, row) for row in rows)


def _expire(kernel: Kernel, approval: ApprovalRow) -> bool:
    with kernel.ledger.transaction(actor="sweep") as tx:
        action = find_action(tx, approval.action_id)
        current = tx.get(ApprovalRow, approval.id)
        is_open = current is not None and current.state in ("requested", "granted")
        is_stoppable = action.state in (
            ActionState.AWAITING_APPROVAL,
            ActionState.APPROVED,
            ActionState.SCHEDULED,
        )
        if not is_open or not is_stoppable or action.approval_id != approval.id:
            return False
        expire(kernel, tx, action, approval, actor="sweep")
        return True


def judge_drafts_again(kernel: Kernel) -> int:
    """Propose again the drafts whose verdict is no longer `draft`; returns how many moved."""
    with kernel.ledger.view() as view:
        rows = view.select(ActionRow, state=ActionState.DRAFTED, order="created_at")
        moved = [row.id for row in rows if _verdict_moved(kernel, view, row)]
    return sum(judge_again(kernel, action_id) for action_id in moved)


def _verdict_moved(kernel: Kernel, view: View, row: ActionRow) -> bool:
    task = view.get(TaskRow, row.task_id)
    if task is None or row.connector not in kernel.connectors:
        return False
    return judge(kernel, view, matter_of(kernel, view, row, task)).effect is not Effect.DRAFT


def judge_again(kernel: Kernel, action_id: str) -> bool:
    """Propose a draft again on request; returns whether it is still a draft afterwards or moved."""
    with kernel.ledger.transaction(actor="facade") as tx:
        action = find_action(tx, action_id)
        task = tx.get(TaskRow, action.task_id)
        if action.state is not ActionState.DRAFTED or task is None:
            return False
        verdict = judge(kernel, tx, matter_of(kernel, tx, action, task))
        ref = subject_ref(tx, task.profile_id)
        again = ActionProposed(
            action_id=action.id,
            task_id=action.task_id,
            decision_id=action.decision_id,
            workflow=action.workflow,
            connector=action.connector,
            account=action.account,
            operation=action.operation,
            slot=action.slot,
            key=action.key,
            content_hash=action.content_hash,
            arguments=action.arguments,
            summary=action.summary,
            cited_facts=action.cited_facts,
            author="operator" if action.author == "operator" else "agent",
            verdict=record_verdict(kernel, tx, verdict, task, ref=ref),
        )
        tx.append(of_action(action, again))
        follow_verdict(kernel, tx, must_action(tx, action.id), verdict, actor="facade")
        return must_action(tx, action.id).state is not ActionState.DRAFTED

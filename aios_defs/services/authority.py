"""Owns the question at the commit: may this action start now, on exactly this content?

Policy is asked again as the world stands. `deny` stops even what was approved; `ask` is met only by
an unused, unexpired approval of this content hash, unless a rule asks that the approval did not
show.
"""

from dataclasses import dataclass

from aios_defs.core.actions import ActionState
from aios_defs.core.decision import PackItem
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import CredentialRefused
from aios_defs.core.events.actions import ActionDrafted
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.request import Effect, Verdict
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow, TaskRow
from aios_defs.services.drafts import of_action
from aios_defs.services.expiry import expire
from aios_defs.services.facts import stop_unfounded
from aios_defs.services.judge import Matter, judge
from aios_defs.services.kernel import Kernel
from aios_defs.services.packs import load_items
from aios_defs.services.pause import credential_scope, is_paused
from aios_defs.services.propose import ask, follow_verdict, schedule, undo_seconds
from aios_defs.services.stopping import redo_task, stop_overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What lets an action start: the rule, the approval it uses (if any), and the exact content."""

    rule: str
    approval_id: str | None
    arguments: JsonObject


def find_authority(
    kernel: Kernel, tx: Transaction, action: ActionRow, *, actor: str
) -> Authority | None:
    """Return what lets the action start now, or None.

    Without authority the action is moved to where the verdict says (denied, drafted, asked anew,
    expired), or stopped when the world has overtaken it or a fact it states holds no more; a pause
    moves nothing.
    """
    task = tx.get(TaskRow, action.task_id)
    assert task is not None  # noqa: S101 - tasks are never deleted
    if is_paused(tx, *scopes(tx, action)) or _is_stopped(kernel, tx, action, task, actor=actor):
        return None
    approval = tx.get(ApprovalRow, action.approval_id) if action.approval_id else None
    if approval is not None and approval.state == "granted" and approval.expires_at <= tx.now:
        expire(kernel, tx, action, approval, actor=actor)
        return None
    arguments = kernel.open_json(action.arguments)
    verdict = judge(kernel, tx, matter_of(kernel, tx, action, task))
    if not _is_content(kernel, action, arguments):
        ask(kernel, tx, action, verdict, actor=actor, reason="content_changed")
        return None
    return _decide(kernel, tx, action, verdict, approval, actor=actor, arguments=arguments)


def _is_stopped(
    kernel: Kernel, tx: Transaction, action: ActionRow, task: TaskRow, *, actor: str
) -> bool:
    """Stop an action that the world has moved past since it was judged; returns whether it did."""
    if stop_overtaken(tx, action, task):
        return True
    if action.connector not in kernel.connectors:
        tx.append(_without_connector(action, actor))
        return True
    if not is_own_account(kernel, action):
        redo_task(tx, task, "account_changed")
        return True
    return stop_unfounded(kernel, tx, action, task)


def is_own_account(kernel: Kernel, action: ActionRow) -> bool:
    """Return whether the action's connector still stands for the account it was proposed for."""
    account = kernel.connector(action.connector).describe().account
    return kernel.address_hash(account) == action.account


def _without_connector(action: ActionRow, actor: str) -> Draft:
    reasons = (f"There is no connector {action.connector!r} in connectors.yaml.",)
    drafted = ActionDrafted(action_id=action.id, rule="builtin:connector", reasons=reasons)
    return of_action(action, drafted, actor=actor)


def _decide(
    kernel: Kernel,
    tx: Transaction,
    action: ActionRow,
    verdict: Verdict,
    approval: ApprovalRow | None,
    *,
    actor: str,
    arguments: JsonObject,
) -> Authority | None:
    if verdict.effect in (Effect.DENY, Effect.DRAFT):
        follow_verdict(kernel, tx, action, verdict, actor=actor, reason="at_commit")
        return None
    is_met = approval is not None and _meets(approval, action, verdict, tx)
    if verdict.effect is Effect.ASK and not is_met:
        ask(kernel, tx, action, verdict, actor=actor, reason="at_commit")
        return None
    if _needs_window(action, verdict) and not is_met:
        window = undo_seconds(kernel, verdict, action.workflow)
        schedule(kernel, tx, action, seconds=window, actor="facade")
        return None
    approval_id = approval.id if approval is not None and is_met else None
    return Authority(rule=verdict.rule, approval_id=approval_id, arguments=arguments)


def _needs_window(action: ActionRow, verdict: Verdict) -> bool:
    """Return whether a rule wants an undo window that this action never had."""
    is_untried = action.state is ActionState.AUTHORISED and action.due_at is None
    return is_untried and verdict.effect is Effect.ALLOW_AFTER and verdict.undo_seconds != 0


def _meets(approval: ApprovalRow, action: ActionRow, verdict: Verdict, tx: Transaction) -> bool:
    is_usable = approval.state == "granted" or (approval.state == "used" and action.attempts > 0)
    return (
        is_usable
        and approval.action_id == action.id
        and approval.expires_at > tx.now
        and approval.content_hash == action.content_hash
        and set(verdict.asking or (verdict.rule,)) <= set(approval.rules)
    )


def _is_content(kernel: Kernel, action: ActionRow, arguments: JsonObject) -> bool:
    actual = kernel.content_hash(action.connector, action.account, action.operation, arguments)
    return actual == action.content_hash


def scopes(view: View, action: ActionRow) -> tuple[str, ...]:
    """Return the scopes whose pause stops an action; a refused login stops all but its probe."""
    decision = view.get(DecisionRow, action.decision_id) if action.decision_id else None
    agent = (f"agent:{decision.agent}",) if decision else ()
    is_probe = action.error == CredentialRefused.code
    login = () if is_probe else (credential_scope(action.connector),)
    return (f"workflow:{action.workflow}", f"connector:{action.connector}", *login, *agent)


def matter_of(kernel: Kernel, view: View, action: ActionRow, task: TaskRow) -> Matter:
    """Return what policy judges of a stored action, with all that its task had read."""
    return Matter(
        task=task,
        connector=action.connector,
        operation=action.operation,
        arguments=kernel.open_json(action.arguments),
        items=read_items(kernel, view, action),
        cited=action.cited_facts,
        is_operators=action.author == "operator",
        action_id=action.id,
    )


def read_items(kernel: Kernel, view: View, action: ActionRow) -> tuple[PackItem, ...]:
    """Return all that the task of an action had read when it was decided."""
    decision = view.get(DecisionRow, action.decision_id) if action.decision_id else None
    pack = view.get(PackRow, decision.pack_id) if decision else None
    return load_items(kernel, view, pack) if pack else ()

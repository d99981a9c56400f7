"""Owns the operator's answer to a decision: approve, edit and approve, reject, undo.

An approval is bound to the hash of exactly the content that was shown, is used once, and expires.
"""

from typing import NoReturn

from aios_defs.core.actions import UNSETTLED, ActionState
from aios_defs.core.decision import Claim, Proposal
from aios_defs.core.errors import (
    ApprovalStale,
    PolicyRefused,
    PreviewAgain,
    TransitionRefused,
    UnknownId,
)
from aios_defs.core.events.actions import (
    ActionSuperseded,
    ApprovalGranted,
    ApprovalRejected,
)
from aios_defs.core.events.tasks import TaskCancelled
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.authority import matter_of, read_items
from aios_defs.services.cards import draft_remedy
from aios_defs.services.drafts import of_action, of_task
from aios_defs.services.judge import judge
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import dismiss
from aios_defs.services.packs import subject_ref
from aios_defs.services.propose import Author, ask, must_action, propose, schedule


def approve(
    kernel: Kernel, action_id: str, *, content_hash: str | None = None, window: int | None = None
) -> ActionRow:
    """Approve exactly the content that was shown, and open its undo window.

    `content_hash` is what the operator saw (None: what stands now); `window` is the undo window in
    seconds (None: the workflow's; 0: none). Returns the action, `scheduled` or `approved`.

    Raises:
        UnknownId: there is no such action.
        ApprovalStale: the content is not what was shown, or the question is over.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        action = find_action(tx, action_id)
        approval = open_approval(tx, action)
        if content_hash is not None and content_hash != approval.content_hash:
            _stale(action, "its content is not what was shown")
        _grant(kernel, tx, action, approval, window=window)
        return must_action(tx, action_id)


def find_action(tx: Transaction, action_id: str) -> ActionRow:
    """Return an action's row; raises UnknownId."""
    action = tx.get(ActionRow, action_id)
    if action is None:
        raise UnknownId(
            f"There is no action {action_id!r}.",
            remedy="See what waits with: aios inbox",
            id=action_id,
        )
    return action


def open_approval(tx: Transaction, action: ActionRow) -> ApprovalRow:
    """Return the question that waits about an action; raises ApprovalStale when it is over."""
    approval = tx.get(ApprovalRow, action.approval_id) if action.approval_id else None
    if action.state is not ActionState.AWAITING_APPROVAL or approval is None:
        _stale(action, f"it is {action.state}")
    if approval.expires_at <= tx.now:
        _stale(action, "the question has expired")
    return approval


def _stale(action: ActionRow, why: str) -> NoReturn:
    is_draft = action.state is ActionState.DRAFTED
    raise ApprovalStale(
        f"Action {action.id} can't be decided: {why}.",
        remedy=draft_remedy(action) if is_draft else f"Look at it again: aios trace {action.id}",
        action_id=action.id,
        state=action.state,
    )


def _grant(
    kernel: Kernel, tx: Transaction, action: ActionRow, approval: ApprovalRow, *, window: int | None
) -> None:
    granted = ApprovalGranted(
        action_id=action.id,
        approval_id=approval.id,
        content_hash=approval.content_hash,
        expires_at=approval.expires_at,
    )
    tx.append(of_action(action, granted))
    dismiss(tx, "approval_expired", action.task_id)
    workflow = kernel.business.workflow(action.workflow)
    default = workflow.undo_seconds if workflow else 10
    seconds = default if window is None else window
    if seconds:
        schedule(kernel, tx, must_action(tx, action.id), seconds=seconds, actor="operator")


def reject(kernel: Kernel, action_id: str, reason: str = "") -> ActionRow:
    """Reject a decision; its task ends with the last of them.

    Raises:
        UnknownId: there is no such action.
        ApprovalStale: the question is over.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        action = find_action(tx, action_id)
        approval = open_approval(tx, action)
        task = _task(tx, action)
        sealed = kernel.vault.seal(subject_ref(tx, task.profile_id), reason) if reason else None
        rejected = ApprovalRejected(action_id=action.id, approval_id=approval.id, reason=sealed)
        tx.append(of_action(action, rejected))
        dismiss(tx, "approval_expired", task.id)
        if task.state is TaskState.WAITING and not tx.count(
            ActionRow, task_id=task.id, state=UNSETTLED
        ):
            cancelled = TaskCancelled(task_id=task.id, reason="rejected")
            tx.append(of_task(task, cancelled))
        return must_action(tx, action_id)


def edit_and_approve(
    kernel: Kernel, action_id: str, changes: JsonObject, *, window: int | None = None
) -> ActionRow:
    """Replace a decision's content and approve the new one, as one act.

    `changes` are arguments to replace (`{"body": …}`). Returns the new action.

    Raises:
        ApprovalStale: the question is over.
        PolicyRefused: policy denies the new content; nothing is changed.
        PreviewAgain: the new content meets a rule that the preview did not show: the new action is
            kept and waits to be looked at.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        action = find_action(tx, action_id)
        approval = open_approval(tx, action)
        edited = _replace(kernel, tx, action, changes)
        if edited.state is ActionState.DENIED:
            raise PolicyRefused(
                f"Policy denies the edited content (rule {edited.rule}).",
                remedy="Change it, or reject the decision.",
                rule=edited.rule,
            )
        asked = tx.get(ApprovalRow, edited.approval_id) if edited.approval_id else None
        shown = set(approval.rules)
        is_new = asked is not None and not set(asked.rules) <= shown
        if asked is not None and not is_new:
            _grant(kernel, tx, edited, asked, window=window)
        edited = must_action(tx, edited.id)
    if is_new:
        raise PreviewAgain(
            f"The edited content meets another rule ({edited.rule}): look once more.",
            remedy=f"Then: aios approve {edited.id}",
            action_id=edited.id,
        )
    return edited


def _replace(kernel: Kernel, tx: Transaction, action: ActionRow, changes: JsonObject) -> ActionRow:
    task = _task(tx, action)
    arguments = {**kernel.open_json(action.arguments), **changes}
    proposal = Proposal(
        connector=action.connector,
        operation=action.operation,
        arguments=arguments,
        claims=tuple(Claim(text="", fact_id=one) for one in action.cited_facts),
    )
    superseded = ActionSuperseded(action_id=action.id, reason="edited")
    tx.append(of_action(action, superseded))
    items = read_items(kernel, tx, action)
    author = Author(kind="operator", decision_id=action.decision_id, items=items)
    return propose(kernel, tx, task, proposal, author=author, replaces=action)


def undo(kernel: Kernel, action_id: str) -> ActionRow:
    """Take a scheduled action back into the inbox: its approval is void, nothing was sent.

    Raises:
        UnknownId: there is no such action.
        TransitionRefused: it is not scheduled (any more): too late, or too early.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        action = find_action(tx, action_id)
        if action.state is not ActionState.SCHEDULED:
            raise TransitionRefused(
                f"Action {action.id} is {action.state}: there is no window to undo it in.",
                remedy=f"See what can be done with: aios trace {action.id}",
                action_id=action.id,
                state=action.state,
            )
        verdict = judge(kernel, tx, matter_of(kernel, tx, action, _task(tx, action)))
        ask(kernel, tx, action, verdict, actor="operator", reason="undone")
        return must_action(tx, action_id)


def _task(tx: Transaction, action: ActionRow) -> TaskRow:
    task = tx.get(TaskRow, action.task_id)
    assert task is not None  # noqa: S101 - tasks are never deleted
    return task

"""Owns judging a waiting decision by the rules of today, which only the operator asks for.

It goes only if a rule lets exactly its content go now: then an action of that content takes its
place, authorised by that rule and judged once more when it starts. Else it keeps waiting.
"""

from aios_defs.core.actions import ActionState
from aios_defs.core.decision import Claim, Proposal
from aios_defs.core.errors import AiosError, TransitionRefused
from aios_defs.core.events.actions import ActionSuperseded
from aios_defs.core.policy.request import Effect
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.approve import find_action, open_approval
from aios_defs.services.authority import is_own_account, matter_of, read_items
from aios_defs.services.drafts import of_action
from aios_defs.services.judge import judge
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import dismiss
from aios_defs.services.propose import Author, propose

_GOES = (Effect.ALLOW, Effect.ALLOW_AFTER)
_GOING = (ActionState.AUTHORISED, ActionState.SCHEDULED)


def lets_go(kernel: Kernel, view: View, action: ActionRow) -> str | None:
    """Return the rule by which a waiting decision would go by itself today, or None."""
    task = view.get(TaskRow, action.task_id)
    is_waiting = action.state is ActionState.AWAITING_APPROVAL
    if task is None or not is_waiting or action.connector not in kernel.connectors:
        return None
    try:
        if not is_own_account(kernel, action):
            return None
        verdict = judge(kernel, view, matter_of(kernel, view, action, task))
    except AiosError:
        return None
    return verdict.rule if verdict.effect in _GOES else None


def judge_waiting(kernel: Kernel, action_id: str) -> ActionRow:
    """Let a waiting decision go by the rules of today; returns the action that took its place.

    Raises:
        UnknownId: there is no such action.
        ApprovalStale: it waits no more.
        TransitionRefused: the rules of today do not let it go; nothing was changed.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        action = find_action(tx, action_id)
        open_approval(tx, action)
        if lets_go(kernel, tx, action) is None:
            raise _still_asked(action)
        again = _propose_again(kernel, tx, action)
        if again.state not in _GOING or again.content_hash != action.content_hash:
            raise _still_asked(action)
        return again


def _propose_again(kernel: Kernel, tx: Transaction, action: ActionRow) -> ActionRow:
    task = tx.get(TaskRow, action.task_id)
    assert task is not None  # noqa: S101 - tasks are never deleted
    items = read_items(kernel, tx, action)
    proposal = Proposal(
        connector=action.connector,
        operation=action.operation,
        arguments=kernel.open_json(action.arguments),
        claims=tuple(Claim(text="", fact_id=one) for one in action.cited_facts),
    )
    tx.append(of_action(action, ActionSuperseded(action_id=action.id, reason="rules_changed")))
    dismiss(tx, "approval_expired", task.id)
    kind = "operator" if action.author == "operator" else "agent"
    author = Author(kind=kind, decision_id=action.decision_id, items=items)
    return propose(kernel, tx, task, proposal, author=author, replaces=action)


def _still_asked(action: ActionRow) -> TransitionRefused:
    return TransitionRefused(
        f"The rules of today ask about {action.id} as well, so it keeps waiting.",
        remedy=f"Answer it: aios approve {action.id}, or: aios reject {action.id}",
        action_id=action.id,
        state=action.state,
    )

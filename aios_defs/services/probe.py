"""Owns the probe: whether a workflow has something to do, found without doing any of it."""

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import AiosError
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.services.authority import scopes
from aios_defs.services.commit import ready_actions
from aios_defs.services.decide import decidable_tasks
from aios_defs.services.edges import outside
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import open_notices
from aios_defs.services.pause import is_paused
from aios_defs.services.receive import has_new_items


def reasons_to_run(kernel: Kernel, workflow: str) -> tuple[str, ...]:
    """Return why a run of the workflow is worth its while; empty when nothing is new or due.

    Those of `intake_reason`; `tasks` wait for a decision, `actions` are due, `unsettled` ones need
    the connector's word, `expired` approvals reopen their tasks. Writes nothing.
    """
    found = [intake_reason(kernel, workflow)]
    found.append("tasks" if decidable_tasks(kernel, workflow) else "")
    with kernel.ledger.view() as view:
        found.append("actions" if _has_due_action(kernel, view) else "")
        found.append("unsettled" if _has_unsettled(kernel, view) else "")
        expired = view.count(
            ApprovalRow, state=("requested", "granted"), expires_at__lte=kernel.clock.now()
        )
    found.append("expired" if expired else "")
    return tuple(one for one in found if one)


def intake_reason(kernel: Kernel, workflow: str) -> str:
    """Return why taking in for a workflow is worth its while, empty when it is not.

    `new_items`: its connector holds what was not taken in. `unreadable`: it can't be read, and no
    card says so yet. `readable_again`: a card says that it can't. Writes nothing.
    """
    entry = kernel.business.workflow(workflow)
    if entry is None:
        return ""
    with kernel.ledger.view() as view:
        is_told = bool(open_notices(view, "connector", f"connector:{entry.connector}"))
    try:
        has_new = outside(lambda: has_new_items(kernel, entry.connector))
    except AiosError:
        return "" if is_told else "unreadable"
    return "new_items" if has_new else "readable_again" if is_told else ""


def _has_due_action(kernel: Kernel, view: View) -> bool:
    rows = (view.get(ActionRow, one) for one in ready_actions(kernel))
    return any(row is not None and not is_paused(view, *scopes(view, row)) for row in rows)


def _has_unsettled(kernel: Kernel, view: View) -> bool:
    if view.count(ActionRow, state=ActionState.UNCERTAIN):
        return True
    now = kernel.clock.now()
    return any(
        row.lease_until is None
        or row.lease_until <= now
        or kernel.workers.is_gone(row.worker or "")
        for row in view.select(ActionRow, state=ActionState.COMMITTING)
    )

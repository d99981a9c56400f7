"""Owns approving from a terminal: the window counts down here, and Ctrl-C takes it back.

The countdown is a courtesy: the window is durable, so whatever happens to this process, the next
`aios run` commits what is due.
"""

import sys
from collections.abc import Sequence

from aios_defs.cli.output import remark
from aios_defs.core.actions import ActionState
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import undo
from aios_defs.services.commit import commit_action
from aios_defs.services.kernel import Kernel
from aios_defs.services.reconcile import reconcile_all

REFUSED = (ActionState.DENIED, ActionState.DRAFTED, ActionState.AWAITING_APPROVAL)
"""Where policy, asked again at the commit, may have moved an approved action."""
_DONE, _FAILED, _REFUSED = 0, 1, 3


def commit_approved(kernel: Kernel, ids: Sequence[str]) -> bool:
    """Wait for the undo windows of these actions and commit each when it is due.

    Returns False when Ctrl-C stopped it: what was not on its way is back in the inbox.
    """
    waiting = list(ids)
    try:
        while waiting:
            _count_down(kernel, waiting[0])
            commit_action(kernel, waiting[0])
            waiting.pop(0)
    except KeyboardInterrupt:
        for action_id in waiting:
            _take_back(kernel, action_id)
        return False
    finally:
        _end_line()
    if any(_row(kernel, one).state is ActionState.UNCERTAIN for one in ids):
        reconcile_all(kernel)
    return True


def _count_down(kernel: Kernel, action_id: str) -> None:
    sys.stdout.flush()  # the preview, before the wait
    while True:
        row = _row(kernel, action_id)
        if row.state is not ActionState.SCHEDULED or row.due_at is None:
            return
        left = (row.due_at - kernel.clock.now()).total_seconds()
        if left <= 0:
            return
        if sys.stderr.isatty():
            sys.stderr.write(f"\rSending in {left:.0f} s. Ctrl-C undoes.  ")
            sys.stderr.flush()
        else:
            remark(f"Sending in {left:.0f} s. Ctrl-C undoes.")
        kernel.clock.sleep(min(left, 1.0) if sys.stderr.isatty() else left)


def _end_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def _take_back(kernel: Kernel, action_id: str) -> None:
    try:
        undo(kernel, action_id)
    except TransitionRefused:
        return  # it was on its way, or policy moved it: its state is shown


def outcome(kernel: Kernel, action_id: str) -> JsonObject:
    """Return what became of an action.

    Shape: `id`, `state`, `content_hash`, `due_at`, `rule`, `outside_ref`, `error`, `remedy`,
    `approval_id`.
    """
    row = _row(kernel, action_id)
    return {
        "id": row.id,
        "state": "failed" if row.state is ActionState.FAILED_RETRYABLE else str(row.state),
        "content_hash": row.content_hash,
        "due_at": rfc3339(row.due_at) if row.due_at else None,
        "rule": row.rule,
        "outside_ref": row.outside_ref,
        "error": row.error,
        "remedy": row.remedy,
        "approval_id": row.approval_id,
    }


def exit_code(kernel: Kernel, action_id: str) -> int:
    """Return 0 when an action is committed, 3 when policy moved it, else 1."""
    state = _row(kernel, action_id).state
    if state is ActionState.COMMITTED:
        return _DONE
    return _REFUSED if state in REFUSED else _FAILED


def _row(kernel: Kernel, action_id: str) -> ActionRow:
    with kernel.ledger.view() as view:
        row = view.get(ActionRow, action_id)
    assert row is not None  # noqa: S101 - the caller has approved it
    return row

"""Owns telling a failure: what was expected beside what was observed, and who let it go."""

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.tasks import TaskRow

S = ActionState

_EXPECTED = {
    S.FAILED_RETRYABLE: "It leaves, and is read back where it was written.",
    S.FAILED: "It leaves, and is read back where it was written.",
    S.UNCERTAIN: "Its worker records what came of it.",
    S.PARKED: "The connector finds it outside, or finds for sure that it is not there.",
    S.DENIED: "Policy lets it go, or asks.",
    S.EXPIRED: "It is answered in time.",
    S.COMPENSATION_FAILED: "It is undone outside, and that is read back.",
}
_OBSERVED = {
    S.FAILED_RETRYABLE: "Nothing happened outside.",
    S.FAILED: "Nothing happened outside, and trying again does not help by itself.",
    S.UNCERTAIN: "No outcome was recorded, so it may have left. It is asked about by itself.",
    S.PARKED: "The connector can't tell. It is not tried again before somebody has looked.",
    S.DENIED: "A rule denies it.",
    S.EXPIRED: "Nobody answered, twice in a row.",
    S.COMPENSATION_FAILED: "It is still there.",
}


def diverged(view: View, row: ActionRow) -> JsonObject:
    """Return what was expected and observed of an action that went wrong, and who let it go.

    Shape: `expected`, `observed`, `cause` (sentences), `decided_by` (a clause), `decided_at`.
    """
    expected = _EXPECTED.get(row.state, "It starts when it is due.")
    observed = _OBSERVED.get(row.state, "It has not started, more than an hour later.")
    return {
        "expected": expected,
        "observed": observed,
        "cause": _cause(row),
        **_decided(view, row),
    }


def _cause(row: ActionRow) -> str:
    if row.state is S.DENIED:
        return f"{row.rule}. {' '.join(row.reasons)}"
    if row.error is None:
        return ""
    tried = f" Tried {row.attempts} time{'s' if row.attempts != 1 else ''}." if row.attempts else ""
    return f"{row.error.replace('_', ' ').capitalize()}.{tried}"


def _decided(view: View, row: ActionRow) -> JsonObject:
    granted = list(view.events(stream=f"action-{row.id}", types=("approval.granted.v1",)))
    if granted:
        return {"decided_by": "you approved it", "decided_at": rfc3339(granted[-1].time)}
    approval = view.get(ApprovalRow, row.approval_id) if row.approval_id else None
    by = f"nobody: {', '.join(approval.rules)} asked" if approval else f"the rule {row.rule}"
    return {"decided_by": by, "decided_at": None}


def undecided(row: TaskRow, *, is_lost: bool) -> JsonObject:
    """Return the same of a task that was not decided."""
    return {
        "expected": "A workflow decides it." if is_lost else "Its agent decides it.",
        "observed": f"The catalog has no workflow {row.workflow}."
        if is_lost
        else f"Deciding failed, at attempt {row.attempt}.",
        "cause": (row.reason or "").replace("_", " "),
        "decided_by": "nobody",
        "decided_at": None,
    }

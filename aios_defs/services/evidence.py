"""Owns the evidence for autonomy: how often the operator let an agent's proposal stand as it was.

Counted per operation and contact group of a workflow, from what the rows hold. Only answers count:
what a rule let through by itself says nothing about the operator's judgement.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.identity.whole import roots
from aios_defs.services.lookup import values_by_id

BAR = 0.9
"""How often a proposal must stand as written, at least, before letting it go alone is proposed."""
_Z = 1.96
"""The 95 % interval of the normal distribution."""
_MOST = 1000
_UNDECIDED = (ActionState.PROPOSED, ActionState.AWAITING_APPROVAL, ActionState.DRAFTED)
_ANSWERED = tuple(one for one in ActionState if one not in _UNDECIDED)
STRANGERS = "strangers"
"""The contact group of profiles that the operator never vouched for."""


@dataclass(slots=True, kw_only=True)
class _Evidence:
    """The answers about one operation to one group, and what went out without any."""

    operation: str
    group: str
    counts: Counter[str] = field(default_factory=Counter[str])

    def to_json(self) -> JsonObject:
        as_written, edited = self.counts["as_written"], self.counts["edited"]
        rejected = self.counts["rejected"]
        answers = as_written + edited + rejected
        return {
            "operation": self.operation,
            "group": self.group,
            "as_written": as_written,
            "edited": edited,
            "rejected": rejected,
            "by_rule": self.counts["by_rule"],
            "rolled_back": self.counts["rolled_back"],
            "at_least": wilson_lower(as_written, answers) if answers else None,
            "missing": missing(as_written, answers),
        }


def evidence(view: View, workflow: str) -> list[JsonObject]:
    """Return the evidence of a workflow, by operation and group in order of their names.

    `as_written`, `edited` and `rejected` are answers; `by_rule` went out without one, `rolled_back`
    was undone outside. `at_least` is the lower bound of the Wilson interval (95 %) for the share
    that stands as written, None without answers; `missing` how many more such answers the bar asks.
    """
    found: dict[tuple[str, str], _Evidence] = {}
    answered = list(_answered(view, workflow))
    groups = _groups(view, [one[0] for one in answered])
    approvals = values_by_id(view, ApprovalRow, "state", [one[3] for one in answered])
    for task_id, operation, state, approval_id, author, error in answered:
        group = groups.get(task_id, STRANGERS)
        entry = found.setdefault((operation, group), _Evidence(operation=operation, group=group))
        approval = approvals.get(approval_id) if approval_id else None
        said = _said(state, approval, error) if author == "agent" else None
        entry.counts[said or "others"] += 1
        entry.counts["rolled_back"] += state is ActionState.COMPENSATED
    return [found[key].to_json() for key in sorted(found)]


def wilson_lower(good: int, total: int) -> float:
    """Return the lower bound of the 95 % interval of a share (Wilson, 1927); `total` is not 0."""
    share, z2 = good / total, _Z * _Z
    middle = share + z2 / (2 * total)
    spread = _Z * sqrt((share * (1 - share) + z2 / (4 * total)) / total)
    return round((middle - spread) / (1 + z2 / total), 4)


def missing(good: int, total: int) -> int:
    """Return how many more proposals must stand as written until the bar is passed."""
    enough = (
        more
        for more in range(_MOST)
        if total + more and wilson_lower(good + more, total + more) >= BAR
    )
    return next(enough, _MOST)


def _answered(
    view: View, workflow: str
) -> "zip[tuple[str, str, ActionState, str | None, str, str | None]]":
    names = ("task_id", "operation", "state", "approval_id", "author", "error")
    columns = (view.column(ActionRow, name, workflow=workflow, state=_ANSWERED) for name in names)
    return zip(*columns, strict=True)


def _said(state: ActionState, approval: str | None, error: str | None) -> str | None:
    if state is ActionState.SUPERSEDED:
        return "edited" if error == "edited" else None
    if approval is None:
        return "by_rule" if state is ActionState.COMMITTED else None
    return {"used": "as_written", "granted": "as_written", "rejected": "rejected"}.get(approval)


def _groups(view: View, task_ids: Sequence[str]) -> dict[str, str]:
    """Return the contact group of each task."""
    owners = values_by_id(view, TaskRow, "profile_id", task_ids)
    leads = roots(view, owners.values())
    vouched = set(view.column(ProfileRow, "id", is_endorsed=True))
    stages = values_by_id(view, ProfileRow, "stage", vouched.intersection(leads.values()))
    return {task: stages.get(leads[profile], STRANGERS) for task, profile in owners.items()}

"""Owns the risk of an action: points from 0 to 100 with the parts that add up to them.

Risk informs the operator and orders the inbox; no rule decides by it. More taint, recipients, cost
or a higher level never lowers it.
"""

from collections.abc import Iterator

from aios_defs.core.policy.facts import ActionFacts, PolicyFacts
from aios_defs.core.policy.request import Risk

_MOST = 100
_MANY = 10


def assess_risk(facts: PolicyFacts) -> Risk:
    """Return the risk of an action; a part that would pass 100 is cut to what is left."""
    score = 0
    parts: list[str] = []
    for name, points in _parts(facts):
        counted = min(points, _MOST - score)
        if counted:
            parts.append(f"{name}: {counted}")
            score += counted
    return Risk(score=score, parts=tuple(parts))


def _parts(facts: PolicyFacts) -> Iterator[tuple[str, int]]:
    action = facts.action
    if action.effect == "read":
        yield "clearance", 40 if action.clearance_violations else 0
        return
    yield "clearance", 40 if action.clearance_violations else 0
    yield "audience", 25 if action.audience_violations else 0
    yield "unknown sinks in a tainted task", 25 if _is_steered(action) else 0
    yield "tainted", 10 if action.tainted else 0
    yield "unknown operation", 0 if action.is_known else 15
    yield "out of scope", 0 if action.in_scope else 5
    yield "money", 15 if action.payees or action.amounts_minor else 0
    yield "sensitive", 15 if facts.task.sensitive else 0
    yield "reversibility", {"reversible": 0, "correctable": 5}.get(action.reversibility, 10)
    yield "new recipients", min(15, 5 * len(action.new_recipients))
    yield "many recipients", 10 if action.recipient_count > _MANY else 0
    yield "unverified claims", 10 if action.claims_unverified else 0
    yield "connector without standing", 10 if facts.connector.standing == "none" else 0
    yield "may happen twice", {"none": 10, "unknown": 10, "verify_only": 3}.get(action.strategy, 0)
    yield "cost", 5 if action.cost_minor is None or action.cost_minor > 0 else 0


def _is_steered(action: ActionFacts) -> bool:
    return action.tainted and not action.sinks_known

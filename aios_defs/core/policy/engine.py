"""Owns the verdict: built-ins and the operator's rules together, the stricter wins (DESIGN §7).

The order is deny, draft, ask, allow_after, allow. What no rule names is asked. A condition that
fails to evaluate never widens anything: it asks, or holds with its own effect if that is stricter.
"""

from collections.abc import Iterator
from functools import cached_property

from aios_defs.core.policy.builtins import Holding, builtin_holdings
from aios_defs.core.policy.conditions import Bindings
from aios_defs.core.policy.facts import PolicyFacts, derive_facts
from aios_defs.core.policy.request import Effect, PolicyRequest, Verdict
from aios_defs.core.policy.risk import assess_risk
from aios_defs.core.policy.rules import Rule, RuleSet

DEFAULT = "default"
_ORDER = {effect: place for place, effect in enumerate(Effect)}
_HOLDS = _ORDER[Effect.ASK]


def evaluate(rules: RuleSet, request: PolicyRequest) -> Verdict:
    """Return what policy says of an action; pure and total, the same for the same question.

    `reasons` explain every rule that asks or is stricter, the strictest first, or else the rule
    that allows. Of equally strict rules a built-in comes first, then the file in its order.
    """
    facts = derive_facts(request)
    return Judgement(rules, facts).verdict()


class Judgement:
    """One evaluation of rules over facts."""

    def __init__(self, rules: RuleSet, facts: PolicyFacts) -> None:
        """Keep the rules and the facts."""
        self._rules = rules
        self._facts = facts

    @cached_property
    def _snapshot(self) -> Bindings:
        asked = tuple(rule.when for rule in self._matched if rule.when is not None)
        return Bindings(self._facts.model_dump(mode="json"), asked)

    @cached_property
    def _matched(self) -> list[Rule]:
        return [rule for rule in self._rules.rules if rule.names(self._operation)]

    def verdict(self) -> Verdict:
        """Return the verdict."""
        spoken = [holding for rule in self._matched for holding in self._spoken(rule)]
        default = Holding(Effect.ASK, DEFAULT, "No rule names this operation or fits its facts.")
        holdings = [*builtin_holdings(self._facts), *(spoken or [default])]
        holdings.sort(key=lambda one: _ORDER[one.effect])
        holding = [one for one in holdings if _ORDER[one.effect] <= _HOLDS]
        first = holdings[0]
        return Verdict(
            effect=first.effect,
            rule=first.rule,
            reasons=tuple(dict.fromkeys(one.reason for one in holding or [first])),
            asking=tuple(dict.fromkeys(one.rule for one in holding)),
            risk=assess_risk(self._facts),
            undo_seconds=_undo_seconds(first.effect, self._matched, spoken),
            snapshot=self._snapshot.values,
        )

    @property
    def _operation(self) -> str:
        return self._facts.action.operation

    def _spoken(self, rule: Rule) -> Iterator[Holding]:
        if rule.when is None:
            yield Holding(rule.effect, rule.id, _reason(rule))
            return
        holds = self._snapshot.holds(rule.when)
        if holds is None:
            effect = rule.effect if _ORDER[rule.effect] <= _HOLDS else Effect.ASK
            yield Holding(effect, rule.id, f"The condition of rule {rule.id}: evaluation failed.")
        elif holds:
            yield Holding(rule.effect, rule.id, _reason(rule))


def _reason(rule: Rule) -> str:
    return rule.why or f"Rule {rule.id} says {rule.effect.value}."


def _undo_seconds(effect: Effect, matched: list[Rule], spoken: list[Holding]) -> int | None:
    """Return the longest window that a speaking `allow_after` rule names."""
    if effect is not Effect.ALLOW_AFTER:
        return None
    speaking = {one.rule for one in spoken if one.effect is effect}
    windows = (rule.undo_seconds for rule in matched if rule.id in speaking)
    return max((window for window in windows if window is not None), default=None)

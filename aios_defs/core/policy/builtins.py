"""Owns the built-in rules, which no file can switch off: what each holds, and with which effect.

Each is a pure function of the facts, and monotone: more taint, recipients, cost or a higher level
never makes one more permissive. Reasons come from these templates and name counts and declared
arguments only, never personal text.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from aios_defs.core.policy.facts import PolicyFacts
from aios_defs.core.policy.request import Effect

ANSWERS_A_DAY = 10
"""How many automatic answers one correspondent gets in 24 hours, over all threads."""


class Holding(NamedTuple):
    """What one rule says of an action: its effect, its id and why, in a sentence."""

    effect: Effect
    rule: str
    reason: str


def builtin_holdings(facts: PolicyFacts) -> Iterator[Holding]:
    """Yield what the built-ins say, in a fixed order; nothing when none holds the action."""
    for name, (effect, reason_of, is_for_reads) in _BUILTINS.items():
        reason = reason_of(facts) if is_for_reads or facts.action.effect == "write" else ""
        if reason:
            yield Holding(effect, f"builtin:{name}", reason)


def _clearance(facts: PolicyFacts) -> str:
    count = len(facts.action.clearance_violations)
    if not count:
        return ""
    return (
        f"The arguments carry text of {count} item(s) that is stricter than the connector's"
        f" clearance, {facts.connector.clearance}."
    )


def _recipient(facts: PolicyFacts) -> str:
    action = facts.action
    if action.invalid_recipients:
        return f"{action.invalid_recipients} recipient(s) are empty or no valid address."
    if action.addresses_people and not action.recipients:
        return "The operation addresses people, and there is no recipient."
    return ""


def _connector(facts: PolicyFacts) -> str:
    if facts.connector.standing != "none":
        return ""
    return "The connector has neither a certificate nor the operator's trust."


def _taint(facts: PolicyFacts) -> str:
    action = facts.action
    if not action.tainted or (action.sinks_known and action.in_scope):
        return ""
    reasons = [
        f"{action.unknown_sinks} destination(s) or value(s){_named(action.unknown_arguments)} come"
        " from neither the operator, a participant nor a first-party record"
        if not action.sinks_known
        else "",
        "" if action.in_scope else "the operation is not in the scope of the task",
    ]
    return f"The task has read third-party text, and {' and '.join(filter(None, reasons))}."


def _audience(facts: PolicyFacts) -> str:
    count = len(facts.action.audience_violations)
    if not count:
        return ""
    return f"The arguments carry text of {count} item(s) to someone whom it is not for."


def _sensitive(facts: PolicyFacts) -> str:
    if not facts.task.sensitive:
        return ""
    return f"The messages show {len(facts.task.sensitive)} sign(s) that call for a person."


def _loop(facts: PolicyFacts) -> str:
    action = facts.action
    if not action.addresses_people:
        return ""
    if action.answered_in_thread:
        return "An automatic answer went to this thread in the last 24 hours."
    if action.answered_to_recipient < ANSWERS_A_DAY:
        return ""
    return f"{action.answered_to_recipient} automatic answers went to a recipient in 24 hours."


def _restored(facts: PolicyFacts) -> str:
    if not facts.task.before_restore:
        return ""
    return (
        "This mail came before the restore; the old machine may have answered it already."
        " Look into Sent."
    )


def _strategy(facts: PolicyFacts) -> str:
    if facts.action.strategy != "none":
        return ""
    return "Nothing keeps this operation from happening twice, so a person confirms each time."


def _named(arguments: tuple[str, ...]) -> str:
    return f" ({', '.join(arguments)})" if arguments else ""


_BUILTINS: dict[str, tuple[Effect, Callable[[PolicyFacts], str], bool]] = {
    "clearance": (Effect.DENY, _clearance, True),
    "recipient": (Effect.DENY, _recipient, False),
    "connector": (Effect.DRAFT, _connector, False),
    "taint": (Effect.ASK, _taint, False),
    "audience": (Effect.ASK, _audience, False),
    "sensitive": (Effect.ASK, _sensitive, False),
    "loop": (Effect.ASK, _loop, False),
    "restored": (Effect.ASK, _restored, False),
    "strategy": (Effect.ASK, _strategy, False),
}

"""Owns why a rule holds an action, in words: what it says, where it stands, how to loosen it.

The operator's own words for a rule come first wherever they gave some.
"""

from collections.abc import Iterable, Sequence

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.policy.places import place_of
from aios_defs.core.policy.request import Effect
from aios_defs.core.policy.rules import SAFE_MODE
from aios_defs.services.kernel import Kernel

FILE = "business/policies.yaml"
_BUILTIN = "builtin:"
_EFFECTS = {
    "deny": "It is denied, whoever approves it.",
    "draft": "It is kept as a draft and goes nowhere.",
    "ask": "A person is asked before anything leaves.",
    "allow_after": "It goes by itself after a window in which you can undo it.",
    "allow": "It goes by itself.",
}
_BUILTINS: dict[str, tuple[str, str, str]] = {
    "clearance": (
        "it carries text too strict for its connector",
        "It carries text that is stricter than the connector's clearance.",
        "Built in, no rule loosens it. Leave that text out, or state the fact at a wider level.",
    ),
    "recipient": (
        "a recipient is missing or no valid address",
        "A recipient is missing or no valid address.",
        "Built in, no rule loosens it. Edit the recipient.",
    ),
    "connector": (
        "its connector may not write yet",
        "The connector has neither a certificate nor your trust, so it only drafts.",
        "Let it write for a while: aios connector trust {connector} --for 7d",
    ),
    "taint": (
        "it read outside mail, and whom it reaches is new",
        "The task has read text from outside, and something it would reach is not known to you.",
        "Built in, no rule loosens it. Trust just that place, or write there once yourself.",
    ),
    "audience": (
        "it tells somebody what is about another, or the house's own",
        "It carries text about someone to somebody else, or the house's own to a stranger.",
        "Built in, no rule loosens it. Mark the fact public in facts.yaml if all may read it.",
    ),
    "sensitive": (
        "the message calls for a person",
        "The message shows a sign that calls for a person.",
        "Built in, no rule loosens it: such a message is always yours to answer.",
    ),
    "loop": (
        "it was answered automatically today",
        "An automatic answer went to this thread, or many to this person, in the last 24 hours.",
        "Built in, no rule loosens it: two machines that answer each other must stop.",
    ),
    "restored": (
        "it came before the restore",
        "This mail came before the restore; the old machine may have answered it. Look into Sent.",
        "Built in, no rule loosens it. Mail that comes two hours later is answered as always.",
    ),
    "strategy": (
        "nothing keeps it from happening twice",
        "Nothing keeps this operation from happening twice.",
        "Built in, no rule loosens it. A certified connector that can tell would.",
    ),
    "safe_mode": (
        "policies.yaml holds mistakes",
        "policies.yaml does not validate, so nothing is written.",
        "Correct it; every mistake with its line: aios policy check",
    ),
}
_RISKS = {
    "clearance": "too strict for its connector",
    "audience": "about one person, told to another",
    "unknown sinks in a tainted task": "outside mail leads to somebody new",
    "tainted": "it read outside mail",
    "unknown operation": "an unknown act",
    "out of scope": "not what the workflow is for",
    "sensitive": "a delicate message",
    "reversibility": "hard to take back",
    "unverified claims": "it states what no fact says",
    "connector without standing": "a connector not trusted yet",
}
"""Parts of a risk whose names are not plain."""
_LOOSE = frozenset({Effect.ALLOW, Effect.ALLOW_AFTER})
_UNKNOWN = ("it is built in", "It is built in.", "Built in.")


def explain_rules(kernel: Kernel, rules: Iterable[str], about: JsonObject) -> list[JsonValue]:
    """Return `explain_rule` of each, without repeats."""
    return [explain_rule(kernel, rule, about) for rule in dict.fromkeys(rules)]


def explain_rule(kernel: Kernel, rule: str, about: JsonObject) -> JsonObject:
    """Return a rule for people.

    `about` names the `operation`, `connector` and `state` of the action. Shape: `id`, `why` (what
    the operator wrote of it, or None), `says` (in words), `text` (as it stands in the file, None
    when it does not), `file`, `line`, `loosen`.
    """
    blank: JsonObject = {"id": rule, "why": None, "text": None, "file": None, "line": None}
    if rule.startswith(_BUILTIN) or rule == SAFE_MODE:
        _, says, loosen = _BUILTINS.get(rule.removeprefix(_BUILTIN), _UNKNOWN)
        connector = str(about.get("connector"))
        return {**blank, "says": says, "loosen": loosen.format(connector=connector)}
    place = place_of(kernel.policy.text, rule)
    if place is None:
        return {**blank, **_absent(rule, str(about.get("operation")))}
    return {
        **blank,
        **_said(kernel, rule, is_asked=about.get("state") == ActionState.AWAITING_APPROVAL),
        "text": place.text,
        "file": FILE,
        "line": place.line,
        "loosen": f"Change it in {FILE}, line {place.line}, then run: aios policy check. "
        "It counts from the next message on; what waits already offers on its card to go by it.",
    }


def _said(kernel: Kernel, rule_id: str, *, is_asked: bool) -> JsonObject:
    found = next((one for one in kernel.policy.rules.rules if one.id == rule_id), None)
    if found is None:
        return {"says": "Your rule."}
    if is_asked and found.effect in _LOOSE:
        says = f"Your rule “{_named(rule_id)}” asked, before you loosened it. This one still waits."
        return {"why": found.why or None, "says": says}
    scope = "" if found.when else " It holds always."
    says = f"Your rule “{_named(rule_id)}”: {_EFFECTS[found.effect.value]}{scope}"
    return {"why": found.why or None, "says": says}


def brief(rule: str) -> str:
    """Return in a clause why a rule holds something, for the title of a list."""
    if rule.startswith(_BUILTIN) or rule == SAFE_MODE:
        return _BUILTINS.get(rule.removeprefix(_BUILTIN), _UNKNOWN)[0]
    return "no rule of yours names it" if rule == "default" else f"your rule “{_named(rule)}”"


def _named(rule: str) -> str:
    return rule.replace("-", " ").replace("_", " ")


def risk_words(parts: Sequence[str]) -> str:
    """Return the parts of a risk, each `name: points`, as people say them."""
    each = (part.rpartition(": ") for part in parts)
    return "; ".join(f"{_RISKS.get(name, name)} {points}" for name, _, points in each)


def said_besides(reasons: Sequence[str], rules: Sequence[JsonValue]) -> list[JsonValue]:
    """Return the reasons of a verdict that its rules, as `explain_rules` has them, do not say."""
    known = [one for one in rules if isinstance(one, dict)]
    said = {str(one["why"]) for one in known}
    bare = tuple(f"Rule {one['id']} says " for one in known)
    return [one for one in reasons if one not in said and not one.startswith(bare)]


def _absent(rule: str, operation: str) -> JsonObject:
    if rule == "default":
        says = (
            f"No rule of yours names {operation} with these facts, and what no rule names is asked."
        )
        hint = f"Add a rule for {operation} to {FILE}, then run: aios policy check"
        return {"says": says, "file": FILE, "loosen": hint}
    return {
        "says": "A rule that policies.yaml does not hold any more.",
        "loosen": "Nothing to do: the next verdict follows the file as it is now.",
    }

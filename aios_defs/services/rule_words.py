"""Owns why a rule holds an action, in words: what it says, where it stands, how to loosen it."""

from collections.abc import Iterable

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.policy.places import place_of
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
_BUILTINS: dict[str, tuple[str, str]] = {
    "clearance": (
        "It carries text that is stricter than the connector's clearance.",
        "Built in, no rule loosens it. Leave that text out, or state the fact at a wider level.",
    ),
    "recipient": (
        "A recipient is missing or no valid address.",
        "Built in, no rule loosens it. Edit the recipient.",
    ),
    "connector": (
        "The connector has neither a certificate nor your trust, so it only drafts.",
        "Let it write for a while: aios connector trust {connector} --for 7d",
    ),
    "taint": (
        "The task has read text from outside, and something it would reach is not known to you.",
        "Built in, no rule loosens it. Write to that person once, or add them to contacts.csv.",
    ),
    "audience": (
        "It carries text about someone to somebody else, or the house's own to a stranger.",
        "Built in, no rule loosens it. Mark the fact public in facts.yaml if all may read it.",
    ),
    "sensitive": (
        "The message shows a sign that calls for a person.",
        "Built in, no rule loosens it: such a message is always yours to answer.",
    ),
    "strategy": (
        "Nothing keeps this operation from happening twice.",
        "Built in, no rule loosens it. A certified connector that can tell would.",
    ),
    "safe_mode": (
        "policies.yaml does not validate, so nothing is written.",
        "Correct it; every mistake with its line: aios policy check",
    ),
}


def explain_rules(kernel: Kernel, rules: Iterable[str], about: JsonObject) -> list[JsonValue]:
    """Return `explain_rule` of each, without repeats."""
    return [explain_rule(kernel, rule, about) for rule in dict.fromkeys(rules)]


def explain_rule(kernel: Kernel, rule: str, about: JsonObject) -> JsonObject:
    """Return a rule for people.

    `about` names the `operation` and `connector` of the action. Shape: `id`, `says` (in words),
    `text` (as it stands in the file, None when it does not), `file`, `line`, `loosen`.
    """
    blank: JsonObject = {"id": rule, "text": None, "file": None, "line": None}
    if rule.startswith(_BUILTIN) or rule == SAFE_MODE:
        says, loosen = _BUILTINS.get(rule.removeprefix(_BUILTIN), ("It is built in.", "Built in."))
        connector = str(about.get("connector"))
        return {**blank, "says": says, "loosen": loosen.format(connector=connector)}
    place = place_of(kernel.policy.text, rule)
    if place is None:
        return {**blank, **_absent(rule, str(about.get("operation")))}
    return {
        **blank,
        "says": _said(kernel, rule),
        "text": place.text,
        "file": FILE,
        "line": place.line,
        "loosen": f"Change it in {FILE}, line {place.line}, then run: aios policy check. "
        "It counts from the next verdict on.",
    }


def _said(kernel: Kernel, rule_id: str) -> str:
    found = next((one for one in kernel.policy.rules.rules if one.id == rule_id), None)
    if found is None:
        return "Your rule."
    when = f" when {found.when}" if found.when else ", always"
    why = f" {found.why}" if found.why else ""
    return f"Your rule for {found.action}{when}. {_EFFECTS[found.effect.value]}{why}"


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

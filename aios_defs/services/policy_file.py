"""Owns what is told of policies.yaml: its text line by line, with what is wrong where."""

from functools import lru_cache

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.policy.rules import SAFE_MODE, Mistake, check_rules
from aios_defs.services.kernel import Kernel


def policy_file(kernel: Kernel) -> JsonObject:
    """Return the file as it is now: `lines` with their mistakes, and how many rules are in force.

    `is_in_force` is False while the file does not validate: then the last good rules hold, or
    nothing is written at all (`is_safe_mode`).
    """
    text, rules = kernel.policy.text, [rule.id for rule in kernel.policy.rules.rules]
    mistakes = _checked(text)
    by_line: dict[int, list[JsonValue]] = {}
    for one in mistakes:
        by_line.setdefault(one.line, []).append(one.message)
    return {
        "lines": [
            {"number": number, "text": line, "mistakes": by_line.get(number, [])}
            for number, line in enumerate(text.splitlines(), start=1)
        ],
        "mistakes": [{"line": one.line, "message": one.message} for one in mistakes],
        "is_in_force": not mistakes,
        "is_safe_mode": SAFE_MODE in rules,
        "rules": list[JsonValue](rules),
    }


@lru_cache(maxsize=4)
def _checked(text: str) -> tuple[Mistake, ...]:
    return tuple(check_rules(text))

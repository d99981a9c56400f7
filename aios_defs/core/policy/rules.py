"""Owns the operator's rules: the words of policies.yaml, read with all mistakes at once.

The file is `version: 1` and a list of `rules`; docs/reference/policy.md explains each word. A file
with any mistake yields no rules at all: whoever loads it falls back to `safe_mode`.
"""

from fnmatch import fnmatchcase

from aios_defs.core.errors import PolicyInvalid
from aios_defs.core.model import Model
from aios_defs.core.policy.request import Effect

SAFE_MODE = "builtin:safe_mode"


class Rule(Model):
    """One rule: which operations, on which condition (None: always), with which effect.

    `action` is an operation's name or a glob (`mail.*`, `*`). `when` is a CEL expression over the
    policy facts. `undo_seconds` is the window of `allow_after` (None: the workflow's default).
    `why` is shown to the operator beside the verdict.
    """

    id: str
    action: str
    when: str | None = None
    effect: Effect
    undo_seconds: int | None = None
    why: str | None = None

    def names(self, operation: str) -> bool:
        """Return whether the rule is about that operation."""
        return fnmatchcase(operation, self.action)


class RuleSet(Model):
    """The rules in force, in the order of the file; none is a valid set: everything is asked."""

    rules: tuple[Rule, ...] = ()


class Mistake(Model):
    """One mistake in policies.yaml: the line, from 1, and a sentence without its full stop."""

    line: int
    message: str


def safe_mode() -> RuleSet:
    """Return the rules of safe mode: reads go, writes are drafted until the file is mended."""
    return RuleSet(
        rules=(
            Rule(id=SAFE_MODE, action="*", when='action.effect == "read"', effect=Effect.ALLOW),
            Rule(id=SAFE_MODE, action="*", when='action.effect != "read"', effect=Effect.DRAFT),
        )
    )


def load_rules(text: str) -> RuleSet:
    """Read the text of policies.yaml.

    Raises:
        PolicyInvalid: the message lists every mistake, one a line, each with its line number.

    """
    from aios_defs.core.policy.rulefile import read_rules

    rules, mistakes = read_rules(text)
    if mistakes:
        raise PolicyInvalid(
            "\n".join(f"line {one.line}: {one.message}." for one in mistakes),
            remedy="Correct policies.yaml and run `aios policy check`; until then nothing is sent.",
            mistakes=len(mistakes),
            line=mistakes[0].line,
        )
    return RuleSet(rules=rules)


def check_rules(text: str) -> list[Mistake]:
    """Return every mistake in the text of policies.yaml, in the order of its lines."""
    from aios_defs.core.policy.rulefile import read_rules

    return read_rules(text)[1]

"""Owns the policy in force: a file's rules, or safe mode when the file does not validate.

The text is compiled at its first question and no earlier: looking at an inbox asks policy nothing,
and CEL costs more to import than the rest of such a command.
"""

from functools import cached_property

from aios_defs.core.errors import PolicyInvalid
from aios_defs.core.policy.rules import RuleSet, load_rules, safe_mode


class InForce:
    """The policy that a text stands for."""

    def __init__(self, text: str) -> None:
        """Keep the text of policies.yaml."""
        self.text = text

    @cached_property
    def _read(self) -> tuple[RuleSet, tuple[str, ...]]:
        try:
            return load_rules(self.text), ()
        except PolicyInvalid as error:
            return safe_mode(), tuple(error.message.splitlines())

    @property
    def rules(self) -> RuleSet:
        """The file's rules; those of safe mode when it has any mistake."""
        return self._read[0]

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Every mistake of the file with its line; empty when it is valid."""
        return self._read[1]

"""Owns the policy in force: a file's rules, or safe mode when the file does not validate.

The file is looked at whenever policy is asked, so that a process that runs for long never judges by
rules the operator has replaced. An invalid file means safe mode at first; later the last good rules
stay (DESIGN §7), also in what starts beside a process that knows
them. It is compiled at its first question and no earlier: looking at an inbox asks policy nothing,
and CEL costs more to import than the rest of such a command.
"""

from collections.abc import Callable

from aios_defs.core.errors import PolicyInvalid
from aios_defs.core.policy.rules import RuleSet, load_rules, safe_mode


class InForce:
    """The policy that a source of text stands for."""

    def __init__(
        self, source: Callable[[], str], *, before: Callable[[], str | None] | None = None
    ) -> None:
        """Keep where the text of policies.yaml comes from; it is asked for at every question.

        `before` tells, when the file is invalid at the first look, the text that is in force in
        what runs already; None where nothing runs.
        """
        self._source = source
        self._before = before
        self._text: str | None = None
        self._good: RuleSet | None = None
        self._mistakes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self._source()

    @property
    def rules(self) -> RuleSet:
        """The file's rules, or the last good ones; those of safe mode when there were none."""
        self._read()
        return safe_mode() if self._good is None else self._good

    @property
    def is_safe_mode(self) -> bool:
        """Whether nothing is written: no rules that validate were ever read here."""
        self._read()
        return self._good is None

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Every mistake of the file with its line; empty when it is valid."""
        self._read()
        return self._mistakes

    def _read(self) -> None:
        text = self._source()
        if text == self._text:
            return
        self._text = text
        try:
            self._good, self._mistakes = load_rules(text), ()
        except PolicyInvalid as error:
            self._mistakes = tuple(error.message.splitlines())
            if self._good is None and self._before is not None:
                known = self._before()
                self._good = load_rules(known) if known is not None else None

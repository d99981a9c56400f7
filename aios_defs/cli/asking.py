"""Owns asking the operator on the terminal, and what stands for an answer where nobody is."""

from collections.abc import Sequence
from dataclasses import dataclass

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Asks for what the options left open; with `is_silent` it never asks.

    Questions go to stderr, so that stdout holds the result alone.
    """

    is_silent: bool = False

    def text(self, question: str, *, option: str, default: str | None = None) -> str:
        """Return an answer; the default for an empty one.

        Raises:
            UsageInvalid: nobody may be asked and there is no default; it names the option.

        """
        if not self.is_silent:
            return str(typer.prompt(question, default=default, err=True)).strip()
        if default is None:
            raise _missing(option)
        return default

    def one_of(
        self, question: str, choices: Sequence[str], *, option: str, default: str | None = None
    ) -> str:
        """Return one of the choices, asking again until the answer is one."""
        from aios_defs.core.errors import UsageInvalid

        while True:
            given = self.text(f"{question} ({', '.join(choices)})", option=option, default=default)
            if given in choices:
                return given
            if self.is_silent:
                raise UsageInvalid(
                    f"{option} {given!r} is none of: {', '.join(choices)}.",
                    remedy="Choose one of these.",
                )
            typer.echo(f"{given!r} is none of these.", err=True)

    def agrees(self, question: str, *, is_given: bool) -> bool:
        """Return whether the operator says yes; without a question, what the options say."""
        return is_given if self.is_silent else bool(typer.confirm(question, err=True))


def _missing(option: str) -> Exception:
    from aios_defs.core.errors import UsageInvalid

    return UsageInvalid(
        f"{option} is missing, and with --yes, --dry-run or --json nobody is asked.",
        remedy=f"Give {option}, or run the command on a terminal without these options.",
    )

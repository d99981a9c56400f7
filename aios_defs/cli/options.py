"""Owns the options and arguments that several commands share."""

import inspect
from collections.abc import Callable
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs, nothing else.")]
Id = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="An id, or at least six characters of its beginning or its end."
    ),
]
Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="ID...", help="Ids, or at least six characters of their beginning or end."
    ),
]


def laid_out(command: Callable[..., object] | None) -> str:
    """Return a command's docstring as help text in which the example keeps its lines."""
    text = inspect.getdoc(command) or ""
    return text.replace("\nExample:\n", "\n\b\nExample:\n")


def summary(command: Callable[..., object] | None) -> str:
    """Return the first words of a command's docstring, up to the first stop or colon."""
    first = (inspect.getdoc(command) or "").partition("\n")[0]
    return first.partition(":")[0].partition(". ")[0].rstrip(".") + "."

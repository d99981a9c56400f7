"""Owns the commands that say what became of a promise: kept, broken."""

from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, say

if TYPE_CHECKING:
    from aios_defs.core.rows.commitments import CommitmentRow
    from aios_defs.services.kernel import Kernel


def kept(given: Id, *, as_json: Json = False) -> None:
    """Say that what we promised is done; it is listed by `aios memory list commitments`.

    Example:
      aios memory kept 3f9a17c2
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.commitments import keep

    kernel = open_session().kernel
    row = keep(kernel, find_id(kernel, given, "commitment"))
    _tell(kernel, row, "Kept.", as_json=as_json)


def broken(
    given: Id,
    *,
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", help="Why it will not be done.")
    ],
    as_json: Json = False,
) -> None:
    """Give up what we promised; agents see it as open no longer.

    Example:
      aios memory broken 3f9a17c2 --because "The supplier went out of business."
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.commitments import give_up

    kernel = open_session().kernel
    row = give_up(kernel, find_id(kernel, given, "commitment"), because)
    _tell(kernel, row, "Given up.", as_json=as_json)


def _tell(kernel: "Kernel", row: "CommitmentRow", words: str, *, as_json: bool) -> None:
    from aios_defs.services.commitment_view import commitment_view

    if as_json:
        with kernel.ledger.view() as view:
            emit(commitment_view(kernel, view, row))
    else:
        say(words)

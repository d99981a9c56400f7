"""Owns `aios replay`: decisions made again from their checkpoints, without model or network."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from aios_defs.services.kernel import Kernel
    from aios_defs.services.replay import Replay


def replay(
    given: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A decision, or its action or task.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Replay every decision.")] = False,
    as_json: Json = False,
) -> None:
    """Make a decision again from what its agent was given then, and compare.

    identical: the same again. diverged: the first difference is named (exit code 1). unavailable:
    something was erased. code_changed: the agent is another version now. Nothing is changed.

    Example:
      aios replay 3f9a17c2
      aios replay --all
    """
    from aios_defs.cli.session import open_session
    from aios_defs.core.errors import UsageInvalid

    if (given is None) is not every:
        raise UsageInvalid("Name one decision, or say --all.", remedy="See: aios replay --help")
    kernel = open_session().kernel
    found = _all(kernel) if given is None else [_one(kernel, given)]
    if as_json:
        shown = [one.to_json() for one in found]
        emit(shown if every else shown[0])
    else:
        _print_found(found)
    if any(one.outcome == "diverged" for one in found):
        raise typer.Exit(1)


def _one(kernel: "Kernel", given: str) -> "Replay":
    from aios_defs.cli.session import find_id
    from aios_defs.services.replay import replay as again

    return again(kernel, find_id(kernel, given, "decision", "action", "task"))


def _all(kernel: "Kernel") -> list["Replay"]:
    from aios_defs.core.rows.tasks import DecisionRow
    from aios_defs.services.replay import replay as again

    with kernel.ledger.view() as view:
        rows = view.select(DecisionRow, order="position")
    return [again(kernel, row.id) for row in rows]


def _print_found(found: list["Replay"]) -> None:
    rows = [(short(one.id), one.outcome, str(one.first_difference or "")) for one in found]
    is_long = len(rows) > 1
    odd = [row for row in rows if row[1] != "identical"] if is_long else rows
    if odd:
        print_table(("decision", "outcome", "first difference"), odd)
    counts = Counter(one.outcome for one in found)
    say(", ".join(f"{count} {name}" for name, count in counts.items()) or "No decision yet.")
    sys.stdout.flush()

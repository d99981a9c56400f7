"""Owns `aios run`: one turn of a workflow, in this process."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say

if TYPE_CHECKING:
    from aios_defs.cli.running import RunShown


def run(
    workflow: Annotated[str, typer.Argument(help="A workflow of business/catalog.yaml.")],
    wait: Annotated[
        str, typer.Option(metavar="DURATION", help="Also send what is due within this time.")
    ] = "0s",
    *,
    as_json: Json = False,
) -> None:
    """Run a workflow once: take mail in, clean up, decide, send what is allowed and due.

    What a crash left behind is settled first. Twice in a row does nothing new.

    Example:
      aios run support
      aios run support --wait 30s
    """
    from aios_defs.cli import running
    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import open_session
    from aios_defs.services.seed import apply_business

    span = parse_span(wait)
    home = open_session()
    running.check_workflow(home.kernel, workflow)
    apply_business(home.kernel)
    report = running.run_once(home, workflow)
    waited = running.wait_for_windows(home.kernel, span) if span else {}
    if as_json:
        emit({**report, "waited": waited})
    else:
        _print_report(report, waited)
    if report["failed"]:
        raise typer.Exit(1)


def _print_report(report: "RunShown", waited: Mapping[str, int]) -> None:
    say(f"Ran {report['workflow']} as Dagster run {report['run_id']}.")
    late = {f"after its window: {state}": count for state, count in waited.items()}
    rows = [(name, str(count)) for name, count in {**report["counts"], **late}.items() if count]
    print_table(("what", "how many"), rows or [("nothing new", "")])
    for one in report["failed"]:
        say(f"failed: {one}")
    say("See what waits with: aios inbox")

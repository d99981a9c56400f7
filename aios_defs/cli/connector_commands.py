"""Owns the commands about connectors: list, trust, and the group with those that change them."""

from typing import Annotated

import typer

from aios_defs.cli.connector_change import add, remove
from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say

group = typer.Typer(
    help="The ways in and out.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@group.command("list")
def list_connectors(*, as_json: Json = False) -> None:
    """List the connectors, what they can do and whether they may write.

    Example:
      aios connector list
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.connector_health import standing

    kernel = open_session().kernel
    with kernel.ledger.view() as view:
        found = [
            {
                "name": name,
                "account": connector.describe().account,
                "state": known["standing"],
                "until": known["until"],
                "clearance": str(connector.describe().clearance),
                "is_loopback": connector.describe().is_loopback,
                "operations": [one.name for one in connector.describe().operations],
            }
            for name, connector in kernel.connectors.items()
            for known in [standing(kernel, view, name)]
        ]
    if as_json:
        emit(found)
        return
    rows = [
        (
            str(one["name"]),
            str(one["account"]),
            str(one["state"]) + (f" until {str(one['until'])[:10]}" if one["until"] else ""),
            ", ".join(one["operations"]),
        )
        for one in found
    ]
    print_table(("name", "account", "state", "operations"), rows)
    if not all(one["until"] for one in found):
        say("Let one write with: aios connector trust NAME --for 7d")


@group.command("trust")
def trust(
    name: Annotated[str, typer.Argument(help="A connector of business/connectors.yaml.")],
    span: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long, up to 90d.")],
    *,
    as_json: Json = False,
) -> None:
    """Let a connector write for a while, on your word. It is recorded and expires.

    Drafts that waited for it are judged again at the next run.

    Example:
      aios connector trust mail --for 7d
    """
    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import open_session
    from aios_defs.core.model import rfc3339
    from aios_defs.services.trust import trust as let_write

    duration = parse_span(span)
    row = let_write(open_session().kernel, name, duration)
    until = rfc3339(row.trusted_until) if row.trusted_until else None
    if as_json:
        emit({"name": name, "state": "trusted", "trusted_until": until})
    else:
        say(f"{name} may write until {until}. Drafts are judged again at the next aios run.")


group.command("add")(add)
group.command("remove")(remove)

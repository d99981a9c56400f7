"""Owns the operator's brake on the command line: pause, resume."""

from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, say

Scope = Annotated[str, typer.Argument(help="all, workflow:NAME, agent:NAME or connector:NAME.")]


def pause(
    scope: Scope = "all",
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Stop everything, or one workflow, agent or connector: nothing starts in it any more.

    What is on the wire finishes.

    Example:
      aios pause
      aios pause connector:mail --reason "address changed"
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.pause import pause as stop

    position = stop(open_session().kernel, scope, reason)
    if as_json:
        emit({"scope": scope, "position": position})
    else:
        say(f"Paused {scope}: nothing starts in it after position {position}.")
        say(f"Let it go on with: aios resume {scope}")


def resume(scope: Scope = "all", *, as_json: Json = False) -> None:
    """Let a paused scope go on.

    Example:
      aios resume
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.pause import resume as go_on

    was_paused = go_on(open_session().kernel, scope)
    if as_json:
        emit({"scope": scope, "was_paused": was_paused})
    else:
        say(f"Resumed {scope}." if was_paused else f"{scope} was not paused.")

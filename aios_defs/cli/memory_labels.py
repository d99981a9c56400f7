"""Owns the command about how far one exact content may go: show it, let it go further, undo."""

from typing import Annotated, Any

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, say, short


def label(
    given: Annotated[str, typer.Argument(metavar="ID", help="A fact or a message.")],
    *,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="LEVEL", help="Let it go as far as: shareable, or public."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take that back.")] = False,
    as_json: Json = False,
) -> None:
    """Show how far exactly this fact or message may go, and whom it is about; lower it, or undo.

    What is corrected or said anew has its own level again.

    Example:
      aios memory label 3f9a17c2
      aios memory label 3f9a17c2 --to shareable
      aios memory label 3f9a17c2 --undo
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.lowering import label_view, lower, restore

    if to is not None and undo:
        raise UsageInvalid("It is either lowered or undone.", remedy="Give --to or --undo.")
    kernel = open_session().kernel
    target = find_id(kernel, given, "fact", "message")
    if to is not None:
        shown = lower(kernel, target, to)
    else:
        shown = restore(kernel, target) if undo else label_view(kernel, target)
    if as_json:
        emit(shown)
    else:
        _print(shown)


def _print(shown: dict[str, Any]) -> None:
    first = f", lowered from {shown['former']}" if shown["is_lowered"] else ""
    trust = shown["trust"].replace("_", " ")
    say(f"{shown['kind'].capitalize()} {short(shown['id'])}: {shown['level']}{first}, {trust}")
    for one in shown["audience"]:
        say(f"  about {short(one)}")
    for one in shown["left"]:
        say(f"  left with {one['operation']}: aios trace {short(one['action_id'])}")
    if shown["is_lowered"]:
        say(f"To take it back: aios memory label {short(shown['id'])} --undo")

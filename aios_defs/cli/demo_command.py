"""Owns `aios demo`: a sample business at work in a home of its own, on this machine only."""

from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, remark, say, shown_path

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject
    from resources.home import Home


def demo(
    wait: Annotated[
        str, typer.Option(metavar="DURATION", help="Also send what is due within this time.")
    ] = "0s",
    *,
    as_json: Json = False,
) -> None:
    """Watch a sample business at work: mail in, replies out, the rest waits for you.

    Works in ./.aios-demo (or AIOS_HOME) and sends into a folder there, never beyond this machine.
    Running it again does nothing new.

    Example:
      aios demo
      AIOS_HOME=.aios-demo aios inbox
    """
    from aios_defs.cli import running
    from aios_defs.cli.moments import parse_span
    from aios_defs.services import views
    from aios_defs.services.inbox import inbox

    span = parse_span(wait)
    home = _prepare()
    runs = [running.run_once(home, one.name) for one in home.kernel.business.workflows]
    if span:
        running.wait_for_windows(home.kernel, span)
    shown, cards = views.status(home.kernel), inbox(home.kernel)
    if as_json:
        emit({"home": str(home.path), "runs": runs, **shown, "inbox": cards})
    else:
        _print_demo(home, shown, cards)
    if any(one["failed"] for one in runs):
        raise typer.Exit(1)


def _prepare() -> "Home":
    from aios_defs.settings.environment import DEMO_HOME, load_settings
    from resources.begun_home import open_demo

    return open_demo(load_settings(default_home=DEMO_HOME))


def _print_demo(home: "Home", shown: "JsonObject", cards: "list[JsonObject]") -> None:
    from aios_defs.cli.home_commands import print_status
    from aios_defs.cli.inbox_commands import print_cards

    place = shown_path(home.path)
    say(f"A demo home: {place}. Replies go into folders there; nothing leaves this machine.")
    print_status(shown)
    print_cards(home.kernel, cards)
    say(f"Look around with AIOS_HOME={place} in front, such as:")
    print_table(
        ("command", "what it does"),
        (
            (f"AIOS_HOME={place} aios inbox", "what waits for you"),
            (f"AIOS_HOME={place} aios show ID", "one decision in full"),
            (f"AIOS_HOME={place} aios approve ID", "send it"),
        ),
    )
    if not cards:
        remark("Nothing waits.")

"""Owns `aios login`: a way into the console, who has one, and ending it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, remark, say, short

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject
    from resources.home import Home


def login(
    *,
    is_list: Annotated[
        bool, typer.Option("--list", help="List the sessions and the bearer tokens.")
    ] = False,
    ended: Annotated[
        str,
        typer.Option(
            "--end", metavar="ID|NAME|all", help="End a session or a token, or every session."
        ),
    ] = "",
    token: Annotated[
        str,
        typer.Option("--token", metavar="NAME", help="Grant a program a bearer token for /flows."),
    ] = "",
    span: Annotated[
        str, typer.Option("--for", metavar="DURATION", help="How long the token lasts.")
    ] = "30d",
    as_json: Json = False,
) -> None:
    """Print a link that lets one browser into the console: once, within ten minutes.

    A token is shown this once. Every login, refusal and end is in the ledger.

    Example:
      aios login
      aios login --token website-form --for 30d
      aios login --end all
    """
    from aios_defs.cli.session import open_session

    home = open_session()
    if is_list:
        _list(home, as_json=as_json)
    elif ended:
        _end(home, ended, as_json=as_json)
    elif token:
        _grant(home, token, span, as_json=as_json)
    else:
        _link(home, as_json=as_json)


def _link(home: "Home", *, as_json: bool) -> None:
    from aios_defs.core.model import rfc3339
    from aios_defs.services.sessions import LINK_LIFE, make_link

    origin, is_served = _origin(home)
    link = f"{origin}/login?token={make_link(home.kernel)}"
    if as_json:
        until = rfc3339(home.kernel.clock.now() + LINK_LIFE)
        emit({"link": link, "expires_at": until, "is_served": is_served})
        return
    say(link)
    remark("It lets one browser in, once, within ten minutes.")
    if not is_served:
        remark("Nothing serves this home now. Start it first: aios up")


def _origin(home: "Home") -> tuple[str, bool]:
    """Return where the console of a home is reached, and whether it is served now."""
    from aios_defs.gateway.ports import DEFAULT_PORT, HOST
    from resources.console_address import console_origin
    from resources.process_status import read_status

    origin = console_origin(home.path) or f"http://{HOST}:{DEFAULT_PORT}"
    return origin, read_status(home.path) is not None


def _grant(home: "Home", name: str, span: str, *, as_json: bool) -> None:
    from aios_defs.cli.moments import parse_span
    from aios_defs.services.tokens import grant_token

    secret = grant_token(home.kernel, name, parse_span(span))
    if as_json:
        emit({"name": name, "token": secret})
        return
    say(secret)
    remark(f"This is token {name}, shown this once. Send it as: Authorization: Bearer TOKEN")
    remark(f"End it with: aios login --end {name}")


def _end(home: "Home", named: str, *, as_json: bool) -> None:
    from aios_defs.services.access import ALL, end_access

    found = end_access(home.kernel, named)
    if as_json:
        emit(found)
    elif found["ended"] == "token":
        say("The token is worth nothing any more.")
    else:
        count = found["sessions"]
        say(f"Ended {count} session{'' if count == 1 else 's'}. A way in again: aios login")
        if named == ALL:
            remark("Tokens stay; end one with: aios login --end NAME")


def _list(home: "Home", *, as_json: bool) -> None:
    from aios_defs.services.access import access

    found = access(home.kernel)
    if as_json:
        emit(found)
        return
    now = home.kernel.clock.now()
    rows = [
        (
            short(str(one["id"])),
            str(one["kind"]),
            _when(one, "last_seen_at", now),
            str(one["agent"]),
        )
        for one in _objects(found, "sessions")
    ]
    rows += [
        (short(str(one["id"])), "token", f"ends {_when(one, 'expires_at', now)}", str(one["name"]))
        for one in _objects(found, "tokens")
    ]
    if rows:
        print_table(("id", "kind", "seen", "who"), rows)
    else:
        say("Nobody is logged in, and there is no token. A way in: aios login")


def _objects(found: "JsonObject", name: str) -> "list[JsonObject]":
    listed = found[name]
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _when(about: "JsonObject", name: str, now: datetime) -> str:
    from aios_defs.cli.moments import relative
    from aios_defs.core.model import parse_rfc3339

    return relative(parse_rfc3339(str(about[name])), now)

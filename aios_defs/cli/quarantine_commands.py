"""Owns the commands about quarantine: list, show, release."""

from typing import Annotated

import typer

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, print_table, say, short
from aios_defs.core.visible import quoted

group = typer.Typer(
    help="Mails that could not be understood.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_SHOWN_BYTES = 20_000


@group.command("list")
def list_messages(*, as_json: Json = False) -> None:
    """List what lies in quarantine, and what to do about it.

    Example:
      aios quarantine list
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.quarantine import quarantined

    found = quarantined(open_session().kernel)
    if as_json:
        emit(found)
        return
    rows = [
        (short(str(one["id"])), str(one["bytes"]), str(one["reason"]), str(one["remedy"]))
        for one in found
    ]
    print_table(("id", "bytes", "why", "what to do"), rows)


@group.command("show")
def show(
    given: Id,
    *,
    is_raw: Annotated[
        bool, typer.Option("--raw", help="Write the untouched bytes to stdout, for a file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the raw bytes of a quarantined mail; what could steer a terminal is made visible.

    With --json the bytes come as base64.

    Example:
      aios quarantine show 3f9a17c2
      aios quarantine show 3f9a17c2 --raw > mail.eml
    """
    from base64 import b64encode

    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.quarantine import raw_message

    kernel = open_session().kernel
    about, raw = raw_message(kernel, find_id(kernel, given, "message"))
    if as_json:
        emit({**about, "raw_base64": b64encode(raw).decode()})
    elif is_raw:
        typer.get_binary_stream("stdout").write(raw)
    else:
        say(f"{about['id']}: {about['reason'] or 'not in quarantine'}")
        if about["remedy"]:
            say(str(about["remedy"]))
        say(quoted(raw[:_SHOWN_BYTES].decode("utf-8", errors="backslashreplace")))
        if len(raw) > _SHOWN_BYTES:
            say(f"({len(raw)} bytes in all; --raw writes them.)")


@group.command("release")
def release(given: Id, *, as_json: Json = False) -> None:
    """Read a quarantined mail again with today's parser; understood, it is taken in afresh.

    Example:
      aios quarantine release 3f9a17c2
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.quarantine import release as read_again

    kernel = open_session().kernel
    found = read_again(kernel, find_id(kernel, given, "message"))
    if as_json:
        emit(found)
    else:
        say(f"Read: it is message {found['message_id']} now ({found['outcome']}).")

"""Owns the command about digests: make one now, print it, send it."""

from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, remark, say


def digest(
    *,
    is_sent: Annotated[
        bool, typer.Option("--send", help="Also tell it, as the one of the day is told.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a digest now: what waits, what ends, what failed, what happened since the last one.

    The one of the day is made by itself at `notify.digest_at` of operator.yaml; this one is beside
    it. It holds counts, times and ids, no text of anybody.

    Example:
      aios digest
      aios digest --send
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.digest import make_digest
    from aios_defs.services.telling import send_digest, show_digest

    home = open_session()
    digest_id = make_digest(home.kernel)
    show = send_digest if is_sent else show_digest
    shown = show(home.kernel, home.messengers, digest_id)
    if as_json:
        emit(shown)
        return
    say(str(shown["text"]).rstrip())
    for one in shown["channels"] if isinstance(shown["channels"], list) else []:
        if isinstance(one, dict):
            error = f": {one['error']}" if one["error"] else ""
            remark(f"By {one['channel']}: {one['state']}{error}")

"""Owns the commands that bring the past in as memory: mail, list, show."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject
    from aios_defs.core.past import PastSource
    from aios_defs.services.kernel import Kernel
    from aios_defs.services.past import Outlook, Wish
    from aios_defs.services.past_standing import Standing

group = typer.Typer(
    help="Older mail, brought in as memory.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@group.command("mail")
def import_mail(
    source: Annotated[
        Path | None, typer.Argument(help="An mbox file (also .gz) or a Maildir folder.")
    ] = None,
    connector: Annotated[
        str, typer.Option(metavar="NAME", help="Whose memory it becomes, if there are several.")
    ] = "",
    folder: Annotated[
        str, typer.Option(metavar="FOLDER", help="A folder of the connector's IMAP account.")
    ] = "",
    *,
    is_sent: Annotated[
        bool, typer.Option("--sent", help="You sent all of it: who got it is known to you.")
    ] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    as_json: Json = False,
) -> None:
    """Import older mail as memory: messages, people and what was said, never a task.

    What is known already is left out. A second call goes on where a killed one stood.

    Example:
      aios import mail archive.mbox --dry-run
      aios import mail archive.mbox.gz
      aios import mail ~/Maildir/.Sent --sent
      aios import mail --connector mail --folder Archive
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.past import Wish, import_past, look_at_past
    from aios_defs.services.seed import apply_business

    kernel = open_session().kernel
    name = _connector(kernel, connector)
    wish = Wish(source=_source(kernel, name, source, folder), connector=name, is_sent=is_sent)
    progress = _Progress(wish)
    if is_dry:
        outlook = look_at_past(kernel, wish, lambda done: progress.show(None, done))
        progress.end()
        _show_outlook(outlook, as_json=as_json)
        return
    apply_business(kernel)
    standing = import_past(kernel, wish, progress.show)
    progress.end()
    _show_standing(standing, as_json=as_json)


@group.command("list")
def list_imports(*, as_json: Json = False) -> None:
    """List the imports and what became of their messages.

    Example:
      aios import list
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.past_standing import imports

    found = imports(open_session().kernel)
    if as_json:
        emit(found)
        return
    rows = [
        (
            short(str(one["id"])),
            str(one["started_at"]),
            f"{one['kind']} for {one['connector']}",
            _counted(one["counts"]),
            "complete" if one["is_complete"] else "broken off",
        )
        for one in found
    ]
    print_table(("id", "began", "from", "messages", "state"), rows)


@group.command("show")
def show_import(
    import_id: Annotated[str, typer.Argument(metavar="ID")],
    skip: Annotated[int, typer.Option(help="Leave out this many messages.")] = 0,
    *,
    as_json: Json = False,
) -> None:
    """Show one import with the messages it brought, 200 at a time.

    Example:
      aios import show 3f2a9c10
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.past_standing import imported, imports

    kernel = open_session().kernel
    known = [str(one["id"]) for one in imports(kernel)]
    whole = [one for one in known if one.endswith(import_id) or one.startswith(import_id)]
    found = imported(kernel, whole[0] if len(whole) == 1 else import_id, skip=skip)
    if as_json:
        emit(found)
        return
    _print_messages(found)


def _connector(kernel: "Kernel", given: str) -> str:
    from aios_defs.core.errors import UsageInvalid

    if given:
        return given
    if len(kernel.connectors) == 1:
        return next(iter(kernel.connectors))
    raise UsageInvalid(
        f"There are {len(kernel.connectors)} connectors.",
        remedy="Say whose memory it becomes with --connector NAME. See: aios connector list",
    )


def _source(kernel: "Kernel", connector: str, path: Path | None, folder: str) -> "PastSource":
    from aios_defs.core.errors import UsageInvalid
    from resources.past.sources import open_folder, open_source

    if folder and path is None:
        return open_folder(kernel.connector(connector), folder)
    if path is not None and not folder:
        return open_source(path)
    raise UsageInvalid(
        "An import reads one mailbox.",
        remedy="Name either a file or Maildir folder, or --folder for one of the IMAP account.",
    )


class _Progress:
    """A line on a terminal that says how far an import has come; nothing anywhere else."""

    def __init__(self, wish: "Wish") -> None:
        self._is_shown = sys.stderr.isatty()
        self._total = wish.source.total() if self._is_shown else 0

    def show(self, standing: "Standing | None", done: int) -> None:
        """Say how much is behind; both counts are in the unit of the source."""
        if self._is_shown:
            share = min(100, 100 * done // max(1, self._total))
            counted = f", {standing.messages} messages" if standing else ""
            sys.stderr.write(f"\r{share:3d} %{counted}")
            sys.stderr.flush()

    def end(self) -> None:
        """End the line."""
        if self._is_shown:
            sys.stderr.write("\n")


def _show_outlook(outlook: "Outlook", *, as_json: bool) -> None:
    from aios_defs.core.model import rfc3339

    first, last = outlook.first, outlook.last
    if as_json:
        emit(
            {
                "would": dict(outlook.counts),
                "first": rfc3339(first) if first else None,
                "last": rfc3339(last) if last else None,
                "bytes": outlook.size,
                "is_resumed": outlook.standing.is_resumed,
                "is_changed": outlook.standing.is_changed,
            }
        )
        return
    if not outlook.counts or first is None or last is None:
        say("Nothing new would be imported.")
        return
    _say_beginning(outlook.standing)
    span = f"written from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    say(f"Would take {_counted(outlook.counts)}; {span}, {outlook.size / 1e6:.1f} MB.")
    say("None of it becomes a task. Without --dry-run it is imported.")


def _show_standing(standing: "Standing", *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "id": standing.import_id if standing.counts else None,
                "messages": standing.messages,
                "counts": dict(standing.counts),
                "is_resumed": standing.is_resumed,
                "is_changed": standing.is_changed,
            }
        )
        return
    if not standing.counts:
        say("Nothing new: all of it is known.")
        return
    _say_beginning(standing)
    say(f"{standing.messages} messages: {_counted(standing.counts)}.")
    if standing.counts.get("quarantined"):
        say("See what could not be read with: aios quarantine list")
    say(f"See what it brought with: aios import show {short(standing.import_id)}")


def _say_beginning(standing: "Standing") -> None:
    if standing.is_resumed:
        say("Went on where the last call stood.")
    if standing.is_changed:
        say("The mailbox is another than the last time: read from its beginning.")


def _counted(counts: object) -> str:
    found = counts if isinstance(counts, Mapping) else {}
    words = {
        "duplicate": "known already",
        "quarantined": "in quarantine",
        "forgotten": "left out: from or to somebody who was forgotten",
    }
    return ", ".join(f"{count} {words.get(kind, kind)}" for kind, count in sorted(found.items()))


def _print_messages(found: "JsonObject") -> None:
    say(f"{found['kind']} for {found['connector']}: {_counted(found['counts'])}")
    messages = found["messages"]
    rows = [
        (short(str(one["id"])), str(one["stored_at"]), str(one["state"]), str(one["bytes"]))
        for one in (messages if isinstance(messages, list) else [])
        if isinstance(one, dict)
    ]
    print_table(("id", "written", "state", "bytes"), rows)
    if found["more"]:
        say(f"More with: --skip {found['more']}")

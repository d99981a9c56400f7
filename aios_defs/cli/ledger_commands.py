"""Owns the commands about the ledger: verify, tail."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, emit_line, say

if TYPE_CHECKING:
    from aios_defs.core.envelope import Envelope
    from aios_defs.services.kernel import Kernel
    from aios_defs.services.verify import Anchor

group = typer.Typer(
    help="The log of everything that happened.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_POLL_SECONDS = 0.5
_HASH_LENGTH = 64


@group.command("verify")
def verify(
    *,
    heads: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="LINE", help="The head that a digest mail names."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check every event, link and seal; name the first position that does not hold.

    Also compares with the heads that Dagster's runs and the digests in the home remember, and with
    those you give from a digest that was mailed. Exits 1 when anything is wrong.

    Example:
      aios ledger verify
      aios ledger verify --head "480 5d1f7ac3..."
    """
    from aios_defs.services.verify import verify_ledger
    from aios_defs.settings.environment import load_settings
    from resources.anchors import known_heads
    from resources.home import open_ledger

    given = [_anchor(line) for line in heads or ()]
    settings = load_settings()
    ledger, vault = open_ledger(settings)
    anchors = (*known_heads(settings.home), *given)
    report = verify_ledger(ledger, vault, anchors=anchors, progress=None if as_json else _progress)
    if as_json:
        emit(report.model_dump(mode="json"))
    elif report.ok:
        say(f"All {report.events} events hold; the head is {report.head_hash[:16]}.")
        say(report.anchors)
    else:
        say(f"{report.finding}")
        if report.first_bad_position is not None:
            say(f"The first bad position is {report.first_bad_position}.")
        say("Restore ledger.db and keys.db from one backup, or keep the file as evidence.")
    if not report.ok:
        raise typer.Exit(1)


def _anchor(line: str) -> "Anchor":
    """Return the head that a digest's line names; raises UsageInvalid."""
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.verify import Anchor

    words = line.removeprefix("Ledger head:").split()
    if len(words) != 2 or not words[0].isdecimal() or len(words[1]) != _HASH_LENGTH:  # noqa: PLR2004 - a position and a hash
        raise UsageInvalid(
            f"{line!r} is no head of a ledger.",
            remedy="Copy the line `Ledger head: ...` of a digest, all of it.",
        )
    return Anchor(position=int(words[0]), hash=words[1].lower(), source="the head you gave")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total} events" + ("\n" if done == total else ""))
        sys.stderr.flush()


@group.command("tail")
def tail(
    count: Annotated[int, typer.Option("-n", min=0, help="How many events.")] = 20,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as they come.")] = False,
    as_json: Json = False,
) -> None:
    """Print the last events. With --json a list; with --follow as well, one JSON object a line.

    Example:
      aios ledger tail -n 50
      aios ledger tail --follow
    """
    from aios_defs.cli.session import open_session

    kernel = open_session().kernel
    with kernel.ledger.view() as view:
        head = view.head().position
        events = list(view.events(after=max(0, head - count), upto=head))
    if as_json and not follow:
        emit([event.to_json() for event in events])
        return
    _print_events(events, as_json=as_json)
    while follow:
        kernel.clock.sleep(_POLL_SECONDS)
        head = _print_new(kernel, head, as_json=as_json)


def _print_new(kernel: "Kernel", after: int, *, as_json: bool) -> int:
    with kernel.ledger.view() as view:
        events = list(view.events(after=after))
    _print_events(events, as_json=as_json)
    return events[-1].position if events else after


def _print_events(events: Iterable["Envelope"], *, as_json: bool) -> None:
    from aios_defs.core.model import rfc3339

    for event in events:
        if as_json:
            emit_line(event.to_json())
        else:
            when = rfc3339(event.time)[:19].replace("T", " ")
            say(f"{event.position:>6}  {when}  {event.type:<28}  {event.stream}  by {event.actor}")
    sys.stdout.flush()

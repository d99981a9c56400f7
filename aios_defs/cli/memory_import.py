"""Owns the command that brings contacts, calendars, tables and notes in, lists and undoes that."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from aios_defs.core.imports import MemorySource
    from aios_defs.services.imports.run import Outlook
    from aios_defs.services.imports.standing import Standing
    from aios_defs.services.kernel import Kernel

_WORDS = {
    "changed": "with news",
    "known": "known already",
    "in_quarantine": "already in quarantine",
}


def import_memory(
    source: Annotated[
        Path | None,
        typer.Argument(help="A .vcf, .ics, .csv or .md file, or a folder of notes."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=ROLE", help="What a column of a table becomes."),
    ] = None,
    undo: Annotated[
        str,
        typer.Option(metavar="ID", help="Show all that an import taught; with --yes take it back."),
    ] = "",
    shown: Annotated[
        str, typer.Option("--show", metavar="ID", help="Show an import and what it left out.")
    ] = "",
    *,
    is_list: Annotated[bool, typer.Option("--list", help="List the imports.")] = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do it, as it was shown.")] = False,
    as_json: Json = False,
) -> None:
    """Bring contacts, a calendar, a table or notes in as memory: shown first, done with --yes.

    What is known makes nothing new, and a second call goes on where a killed one stood. An entry
    that can't be taken is kept in quarantine with its line, reason and remedy. Mail archives come
    in with `aios import mail`.

    Example:
      aios memory import contacts.vcf
      aios memory import customers.csv --map "Kd-Nr=ignore" --yes
      aios memory import --list
      aios memory import --undo 3f2a9c10 --yes
    """
    from aios_defs.cli.memory_untaught import undone_import
    from aios_defs.cli.session import open_session

    kernel = open_session().kernel
    if is_list:
        _list(kernel, as_json=as_json)
    elif shown:
        _show(kernel, shown, as_json=as_json)
    elif undo:
        undone_import(kernel, _whole(kernel, undo), is_yes=is_sure, as_json=as_json)
    else:
        _import(kernel, _source(kernel, source, columns or []), is_sure=is_sure, as_json=as_json)


def _source(kernel: "Kernel", path: Path | None, columns: list[str]) -> "MemorySource":
    from zoneinfo import ZoneInfo

    from aios_defs.core.errors import UsageInvalid
    from resources.past.memory_sources import open_memory_source

    if path is None:
        raise UsageInvalid(
            "No file is named.", remedy="Name one, or say --list, --show ID or --undo ID."
        )
    wrong = [one for one in columns if "=" not in one]
    if wrong:
        raise UsageInvalid(f"{wrong[0]!r} maps nothing.", remedy='Write it as --map "COLUMN=ROLE".')
    mapping = {one.rpartition("=")[0].strip(): one.rpartition("=")[2].strip() for one in columns}
    zone = ZoneInfo(kernel.business.operator.time_zone)
    return open_memory_source(path, mapping, zone)


def _import(kernel: "Kernel", source: "MemorySource", *, is_sure: bool, as_json: bool) -> None:
    from aios_defs.services.identity.proposing import look_for_duplicates
    from aios_defs.services.imports.run import look, run

    progress = _Progress(source)
    if not is_sure:
        outlook = look(kernel, source, progress.show)
        progress.end()
        _print_outlook(outlook, as_json=as_json)
        return
    standing = run(kernel, source, progress.show)
    progress.end()
    proposed = look_for_duplicates(kernel)
    _print_done(standing, proposed, as_json=as_json)


class _Progress:
    """A line on a terminal that says how far an import has come; nothing anywhere else."""

    def __init__(self, source: "MemorySource") -> None:
        self._is_shown = sys.stderr.isatty()
        self._total = source.total() if self._is_shown else 0

    def show(self, standing: "Standing", done: int) -> None:
        """Say how much of the file is behind."""
        if self._is_shown:
            share = min(100, 100 * done // max(1, self._total))
            sys.stderr.write(f"\r{share:3d} %, {standing.behind} entries")
            sys.stderr.flush()

    def end(self) -> None:
        """End the line."""
        if self._is_shown:
            sys.stderr.write("\n")


def _print_outlook(found: "Outlook", *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "kind": found.kind,
                "mapping": dict(found.mapping),
                "would": dict(found.counts),
                "left_out": dict(found.left_out),
                "quarantined": [
                    {"place": place, "reason": reason, "remedy": remedy}
                    for place, reason, remedy in found.troubles
                ],
            }
        )
        return
    print_table(("in the file", "becomes"), list(found.mapping))
    say("")
    for place, reason, remedy in found.troubles:
        say(f"{place} {reason}. {remedy}")
    for kind, count in sorted(found.left_out.items()):
        say(f"{count} that should be {kind}s are none and would be left out. {_hint(kind)}".strip())
    say(f"Would take {_counted(dict(found.counts)) or 'nothing'}. Nothing was done.")
    say("Do it with --yes; `aios memory import --undo ID` takes all of it back.")


def _hint(kind: str) -> str:
    if kind != "phone number":
        return ""
    return "Numbers without + need `country: DE` (or yours) in business/operator.yaml."


def _print_done(standing: "Standing", proposed: int, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "id": standing.import_id,
                "counts": dict(standing.counts),
                "is_complete": standing.is_done,
                "duplicates": proposed,
            }
        )
        return
    say(f"Import {short(standing.import_id)}: {_counted(standing.counts) or 'nothing to take'}.")
    if standing.counts.get("quarantined"):
        say(f"What could not be taken: aios memory import --show {standing.import_id}")
    if proposed:
        say(f"{proposed} pairs may be the same: aios memory duplicates")


def _counted(counts: "object") -> str:
    found = counts if isinstance(counts, dict) else {}
    return ", ".join(f"{count} {_WORDS.get(kind, kind)}" for kind, count in sorted(found.items()))


def _list(kernel: "Kernel", *, as_json: bool) -> None:
    from aios_defs.services.imports.undo import imports

    found = imports(kernel)
    if as_json:
        emit(found)
        return
    rows = [
        (
            short(str(one["id"])),
            str(one["at"]),
            f"{one['kind']} {one['name']}",
            _counted(one["counts"]),
            str(one["state"]),
        )
        for one in found
    ]
    print_table(("id", "began", "from", "entries", "state"), rows)


def _show(kernel: "Kernel", given: str, *, as_json: bool) -> None:
    from aios_defs.services.imports.undo import imported

    found = imported(kernel, _whole(kernel, given))
    if as_json:
        emit(found)
        return
    say(f"{found['kind']} {found['name']}: {_counted(found['counts'])} ({found['state']})")
    lines = found["lines"]
    for one in lines if isinstance(lines, list) else []:
        if isinstance(one, dict):
            say(f"{one['place']} {one['reason']}. {one['remedy']}")
            say(f"  | {str(one['text'])[:200]}")


def _whole(kernel: "Kernel", given: str) -> str:
    from aios_defs.services.imports.undo import import_of

    return import_of(kernel, given) or given

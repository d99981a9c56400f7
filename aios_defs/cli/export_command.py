"""Owns `aios ledger export`."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, remark, say, shown_path


def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to; without it, to stdout.")
    ] = None,
    *,
    after: Annotated[int, typer.Option(min=0, help="Leave out events up to this position.")] = 0,
    upto: Annotated[int | None, typer.Option(min=0, help="The last position.")] = None,
    is_plain: Annotated[
        bool, typer.Option("--plain", help="Open what is sealed: personal text in the clear.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the events out, one JSON object a line, and a manifest as the last line.

    Personal text stays sealed unless you say --plain. To stdout it is JSON lines, also with --json;
    into a file, --json prints the manifest. Of a damaged ledger, what can be read before the damage
    is written; then it exits 1.

    Example:
      aios ledger export events.jsonl
      aios ledger export --after 480 | head
    """
    from aios_defs.services.export import export_lines
    from aios_defs.settings.environment import load_settings
    from resources.home import open_ledger

    if is_plain:
        remark("Personal text will stand in the clear: keep this file as you keep your mail.")
    ledger, vault = open_ledger(load_settings())
    with ledger.view() as view:
        lines = export_lines(view, vault, after=after, upto=upto, is_plain=is_plain)
        if file is None:
            manifest = _manifest(_write(sys.stdout, lines))
        else:
            target = file.expanduser().absolute()
            manifest = _manifest(_written(target, lines))
            _tell(target, manifest, as_json=as_json)
        if manifest["unreadable_at"] is not None:
            remark(
                f"The ledger is damaged: the event at position {manifest['unreadable_at']} "
                f"can't be read, so the export ends at {manifest['upto']}. "
                "Run `aios ledger verify`."
            )
            raise typer.Exit(1)  # inside: a reading that met the damage can only be given up


def _tell(target: Path, manifest: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit({"path": str(target), **manifest})
    else:
        say(f"Wrote {manifest['events']} events to {shown_path(target)}.")
        say(f"The head is {manifest['head_position']} {manifest['head_hash']}.")


def _manifest(line: str) -> dict[str, Any]:
    import json

    return json.loads(line)["manifest"]


def _write(out: TextIO, lines: Iterable[str]) -> str:
    """Write the lines; returns the last one."""
    line = ""
    for line in lines:
        out.write(line)
    return line


def _written(target: Path, lines: Iterable[str]) -> str:
    """Write the lines into a new file that only its owner reads; returns the last one."""
    from aios_defs.core.errors import StorageFailed

    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            last = _write(out, lines)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    except OSError as error:
        raise StorageFailed(
            f"The export can't be written ({type(error).__name__}, errno {error.errno}).",
            remedy="Free some space or choose another place, then try again.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return last

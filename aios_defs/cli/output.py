"""Owns what reaches the terminal: JSON for programs on stdout, tables and sentences for people.

With --json nothing but JSON goes to stdout; remarks and progress always go to stderr.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from shlex import quote

from aios_defs.core.visible import visible

_WIDE = 160
"""Columns of what is read by a pipe, which has no width of its own."""
_PLAIN = ("interrupted", "usage_invalid")
"""Errors whose own words are enough."""
SHORT = 8
"""How many of an id's last characters a table shows."""


def emit(value: object) -> None:
    """Print a JSON value on stdout, in ASCII so that no terminal is steered by its text."""
    import json

    _write(json.dumps(value, indent=2))


def emit_line(value: object) -> None:
    """Print a JSON value as one line on stdout, at once."""
    import json

    _write(json.dumps(value))
    sys.stdout.flush()


def say(text: str = "") -> None:
    """Print a sentence for people on stdout; hidden characters are shown."""
    _write(visible(text))


def remark(text: str) -> None:
    """Print a remark on stderr, where it disturbs no program that reads stdout."""
    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def in_trouble(about: Mapping[str, object]) -> str:
    """Return an error in sentences: what happened, what to do, and where to read on."""
    from aios_defs.settings.docs import error_pages

    page = error_pages() / f"{about['code']}.md"
    more = f"\n  More: {shown_path(page)}" if about["code"] not in _PLAIN and page.exists() else ""
    return f"aios: {about['message']}\n  {about['remedy']}{more}"


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None
) -> None:
    """Print a table for people; cells are plain text, never markup."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    print_rich(table)


def print_rich(shown: object) -> None:
    """Print something that rich can draw, wide when a pipe reads it."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(shown)


def short(identity: str) -> str:
    """Return the part of an id that tables show: its end, which differs between near moments."""
    return identity[-SHORT:]


def shown_path(path: Path) -> str:
    """Return a path as the operator would type it here: relative where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def as_typed(home: Path) -> str:
    """Return how `aios` is called here on this home: its folder and its own place, where needed."""
    from shutil import which

    from aios_defs.settings.environment import load_settings

    named = "" if load_settings().home == home else f"AIOS_HOME={quote(shown_path(home))} "
    script = Path(sys.argv[0]).absolute()
    return named + ("aios" if which("aios") == str(script) else quote(shown_path(script)))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")

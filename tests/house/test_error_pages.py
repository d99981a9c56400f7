"""Proves that every error has a page with the way out, and that the pages say nothing untrue."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from aios_defs.cli.main import app
from tests.house.test_docs import codes
from tests.house.tree import ROOT, held, sources

FOLDER = ROOT / "docs/errors"
HEADINGS = (
    "What it means",
    "Usual causes",
    "The way out",
    "What AIOS did meanwhile",
    "See also",
)
LITERAL = re.compile(r'"code": "(\w+)"|\(\s*"(\w+)", "[A-Z][^"]+\."|"(refused|internal)"')
EDGES = ("aios_defs/cli", "aios_defs/console/problems.py")
"""Where errors leave, some of them without a class of ours."""


def pages() -> list[Path]:
    return [one for one in sorted(FOLDER.glob("*.md")) if one.stem != "index"]


def at_the_edges() -> set[str]:
    """Return the codes that the edges write themselves."""
    found = [one for one in sources("aios_defs") if one.path.startswith(EDGES)]
    return {
        code
        for one in found
        for match in LITERAL.findall(one.text)
        for code in match
        if code and code.islower()
    }


def typed(text: str) -> Iterator[str]:
    """Yield every command of AIOS that a page tells to type."""
    for span in re.findall(r"`([^`\n]+)`", text):
        if span.startswith("aios "):
            yield span


def wrong(line: str) -> str | None:
    """Return what is wrong with a command line: no such command, or no such option."""
    words = shlex.split(line)[1:]
    command: click.Command = typer.main.get_command(app)
    while isinstance(command, click.Group):
        name = words.pop(0) if words else ""
        if name not in command.commands:
            return f"{line}: no command {name!r}"
        command = command.commands[name]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    unknown = [one for one in words if one.startswith("-") and one not in {*options, "--help"}]
    return f"{line}: no option {unknown[0]}" if unknown else None


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """The pages of docs/errors are those of the codes that an operator can meet, no more."""
    written = {one.stem for one in pages()}
    known = {*codes(), *at_the_edges()}

    held("Codes without a page in docs/errors:", known - written)
    held("Pages of docs/errors without a code:", written - known)


def test_the_list_names_every_page() -> None:
    """docs/errors/index.md leads to each page, under its own title."""
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    titles = {one: one.read_text(encoding="utf-8").splitlines()[0] for one in pages()}

    held(
        "Not in docs/errors/index.md, or under another title:",
        (
            one.name
            for one, title in titles.items()
            if f"- [`{one.stem}`]({one.name}): {title.partition(': ')[2]}\n" not in index
        ),
    )


@pytest.mark.parametrize("page", pages(), ids=lambda one: one.stem)
def test_a_page_says_all_that_a_worried_reader_needs(page: Path) -> None:
    """Each has its title, the five headings in order, something below each, and steps to take."""
    text = page.read_text(encoding="utf-8")
    title, *parts = re.split(r"(?m)^## ", text)
    bodies = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}

    assert title.startswith(f"# `{page.stem}`: ")
    assert tuple(bodies) == HEADINGS
    assert all(bodies.values())
    assert bodies["The way out"].startswith("1. ")


@pytest.mark.parametrize("page", pages(), ids=lambda one: one.stem)
def test_every_command_of_a_page_can_be_typed(page: Path) -> None:
    """Each command, with its options, is one that `aios` has."""
    found = [wrong(one) for one in typed(page.read_text(encoding="utf-8"))]

    held("Commands that do not exist:", (one for one in found if one))

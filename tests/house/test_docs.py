"""Proves that what an operator meets stands in the docs, and that their links lead somewhere."""

import re
from collections.abc import Iterable, Iterator

import click
import pytest
import typer

from aios_defs.core.errors import AiosError
from aios_defs.core.events import all as _every_event
from aios_defs.core.events.registry import known_types
from aios_defs.settings.environment import variables
from tests.house.tree import ROOT, held
from tests.integration.console.promises import schema

REFERENCE = ROOT / "docs/reference"
LINK = re.compile(r"\[[^]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")


def page(name: str) -> str:
    path = REFERENCE / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def missing(name: str, words: Iterable[str]) -> list[str]:
    """Return the words that do not stand as code (in backticks) on a page of the reference."""
    quoted = " ".join(
        re.findall(r"`([^`]+)`", page(name)) + re.findall(r"(?m)^ {4}.*$", page(name))
    )
    return [one for one in words if not re.search(rf"(?<![\w.]){re.escape(one)}(?![\w.])", quoted)]


def codes(kind: type[AiosError] = AiosError) -> Iterator[str]:
    """Yield the code of an error class and of all below it."""
    yield kind.code
    for child in kind.__subclasses__():
        yield from codes(child)


def commands(command: click.Command, prefix: str = "aios") -> Iterator[str]:
    """Yield each command as it is typed: `aios ledger verify`."""
    if not isinstance(command, click.Group):
        yield prefix
        return
    for name, child in command.commands.items():
        yield from commands(child, f"{prefix} {name}")


def test_every_error_code_is_explained() -> None:
    """An operator who meets a code finds it in docs/reference/errors.md."""
    held("Error codes not in docs/reference/errors.md:", missing("errors.md", codes()))


def test_every_event_type_is_explained() -> None:
    """Each type of event stands in docs/reference/events.md."""
    assert _every_event is not None
    held("Event types not in docs/reference/events.md:", missing("events.md", known_types()))


def test_every_setting_is_explained() -> None:
    """Each variable that AIOS reads stands in docs/reference/settings.md."""
    held("Settings not in docs/reference/settings.md:", missing("settings.md", variables()))


def test_every_command_is_explained() -> None:
    """Each command, with the group it is in, stands in docs/reference/cli.md."""
    from aios_defs.cli import main

    app: typer.Typer = main.app
    held(
        "Commands not in docs/reference/cli.md:",
        missing("cli.md", commands(typer.main.get_command(app))),
    )


def test_every_address_of_the_api_is_explained() -> None:
    """Each path of the API's schema stands as code in docs/reference/http.md."""
    paths = schema()["paths"]
    quoted = set(re.findall(r"`(?:[A-Z]+ )?([^`\s]+)`", page("http.md")))
    held("Addresses not in docs/reference/http.md:", (one for one in paths if one not in quoted))


@pytest.mark.parametrize("folder", ["README.md", "docs"])
def test_every_link_inside_the_tree_leads_somewhere(folder: str) -> None:
    """A relative link of the README or the docs names a file that exists."""
    start = ROOT / folder
    pages = sorted(start.rglob("*.md")) if start.is_dir() else [start]
    held(
        "Links that lead nowhere:",
        (
            f"{one.relative_to(ROOT)}: {target}"
            for one in pages
            for target in LINK.findall(one.read_text(encoding="utf-8"))
            if "://" not in target and not target.startswith("mailto:")
            if not (one.parent / target).exists()
        ),
    )

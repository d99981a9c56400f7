"""Owns changing connectors.yaml as its operator would: one entry, every other letter as it was.

A change is made in the text and proven by reading it back: the entries must be the old ones and the
change, nothing else. A file for which that does not hold (one in flow style) is left to its
operator. Nothing is written before `save`, which replaces the file in one step.
"""

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.errors import ConfigurationInvalid, UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.settings.documents import Document, document_of
from resources.business_files import STARTER
from resources.connector_entry import FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What connectors.yaml would become."""

    path: Path
    before: str
    after: str

    @property
    def diff(self) -> str:
        """The change as a unified diff, without the names of the files."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), lineterm="", n=2
        )
        return "\n".join(list(lines)[2:])

    def save(self) -> None:
        """Replace the file in one step.

        Raises:
            UsageInvalid: the file was changed since it was read; nothing was written.

        """
        if _read(self.path) != self.before:
            raise UsageInvalid(
                f"{FILE} was changed meanwhile; nothing was written.", remedy="Do it once more."
            )
        draft = self.path.with_name(f".{FILE}.{os.getpid()}")
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o600
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(self.after)
            file.flush()
            os.fsync(handle)
        draft.replace(self.path)


def added(business: Path, name: str, entry: JsonObject, *, replace: bool = False) -> Change:
    """Return the change that adds an entry at the end, or puts it where the old one stands.

    The entry that `aios init` writes to be filled in is replaced without being asked.

    Raises:
        UsageInvalid: the name is taken, and `replace` is not set.
        ConfigurationInvalid: the file does not validate, or can't be changed by a program.

    """
    path = business / FILE
    text = _read(path)
    document, old = _entries(text)
    new = {**old, name: entry}
    block = _block(name, entry)
    if name not in old:
        gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
        return _proven(path, text, f"{text}{gap}{block}", new)
    if not replace and old[name] != _starter(name):
        raise UsageInvalid(
            f"{FILE} has a connector {name!r} already.",
            remedy="Give this one another name (--name), or take the place of the old one"
            " (--replace).",
        )
    lines = text.splitlines(keepends=True)
    start, end = _span(document, name, lines)
    return _proven(path, text, "".join([*lines[:start], block, *lines[end:]]), new)


def removed(business: Path, name: str) -> Change:
    """Return the change that takes an entry out; comments around it stay.

    Raises:
        UsageInvalid: there is no such entry.
        ConfigurationInvalid: the file does not validate, or can't be changed by a program.

    """
    path = business / FILE
    text = _read(path)
    document, old = _entries(text)
    if name not in old:
        raise UsageInvalid(
            f"{FILE} has no connector {name!r}.", remedy="See them with: aios connector list"
        )
    lines = text.splitlines(keepends=True)
    start, end = _span(document, name, lines)
    new = {key: value for key, value in old.items() if key != name}
    return _proven(path, text, "".join([*lines[:start], *lines[end:]]), new)


def _span(document: Document, name: str, lines: list[str]) -> tuple[int, int]:
    """Return the lines of an entry, from its name up to its last indented line."""
    start = document.lines[(name,)] - 1
    end = start + 1
    for number in range(end, len(lines)):
        line = lines[number]
        if line.strip() and not line[0].isspace() and not line.startswith("#"):
            break
        if line.strip() and line[0].isspace():
            end = number + 1
    return start, end


def _proven(path: Path, before: str, after: str, wanted: dict[str, JsonObject]) -> Change:
    document = document_of(after, FILE)
    if document.mistakes or document.value != (wanted or None):
        raise ConfigurationInvalid(
            f"{FILE} has a form that a program should not change.",
            remedy=f"Change {path} by hand; docs/reference/connectors.md shows the keys.",
            file=FILE,
        )
    return Change(path=path, before=before, after=after)


def _entries(text: str) -> tuple[Document, dict[str, JsonObject]]:
    document = document_of(text, FILE)
    value = document.value if document.value is not None else {}
    if document.mistakes or not isinstance(value, dict):
        told = "; ".join(map(str, document.mistakes)) or f"{FILE} must be a mapping of names"
        raise ConfigurationInvalid(f"{told}.", remedy=f"Correct {FILE} first.", file=FILE)
    return document, {name: one for name, one in value.items() if isinstance(one, dict)}


def _starter(name: str) -> JsonObject | None:
    return _entries(_read(STARTER / "business" / FILE))[1].get(name)


def _block(name: str, entry: JsonObject) -> str:
    import yaml

    return yaml.safe_dump({name: entry}, sort_keys=False, allow_unicode=True, width=1000)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""

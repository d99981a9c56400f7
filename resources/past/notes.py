"""Owns reading Markdown notes with front matter: a file, or all of a folder, each a note.

Front matter is plain YAML between `---` lines: `title`, `level` (local, shareable, public),
`source: third_party` for what others wrote. Anchors and aliases have no place in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

import yaml

from aios_defs.core.imports import Entry, NoteEntry, Read, Trouble
from resources.past.text import encoding_of, file_size, file_state, guarded

Level = Literal["local", "shareable", "public"]
ENDINGS = (".md", ".markdown")
_LARGEST = 1024 * 1024
_FRONT = 16 * 1024
_NO_FILE = Trouble(
    reason="is a link, or no file: what a folder points to elsewhere is not read",
    remedy="Put the note itself there, or name it alone.",
)
_BAD_FRONT = Trouble(
    reason="has front matter that is none",
    remedy="Write it as plain `name: value` lines between two lines `---`.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The note at `path`, or all below it in the order of their names; hidden folders are not."""

    path: Path
    kind: str = "notes"

    @property
    def name(self) -> str:
        """The path, the same for every way to it."""
        return str(self.path.resolve())

    def state(self) -> str:
        """Return how many notes there are, their size, and when the last was written."""
        states = [file_state(one) for one in self._files()]
        return f"{len(states)}:{max(states, default='')}:{self.total()}"

    def total(self) -> int:
        """Return the size of all in bytes."""
        return sum(file_size(one) for one in self._files())

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """Return what becomes of a note."""
        return (
            ("title in the front matter, the first heading, or the file's name", "topic"),
            ("the text", "a fact of the house: note"),
            ("level (local unless it says otherwise)", "how far it may travel"),
            ("source: third_party", "believed no more than what came from outside"),
        )

    def entries(self) -> Iterator[Read]:
        """Yield the notes."""
        done = 0
        for path in self._files():
            size = file_size(path)
            done += size
            text = "" if size > _LARGEST else _text(path)
            found = _note(path, text, size)
            root = self.path if self.path.is_dir() else self.path.parent
            yield Read.of(
                place=f"the file {path.relative_to(root)}",
                raw=text,
                done=done,
                found=found,
            )
        for path in self._named(is_inside=False):
            place = f"the file {path.relative_to(self.path)}"
            yield Read.of(place=place, raw="", done=done, found=_NO_FILE)

    def _files(self) -> list[Path]:
        return [self.path] if self.path.is_file() else self._named(is_inside=True)

    def _named(self, *, is_inside: bool) -> list[Path]:
        """Return what below the folder is named as a note: files in it, or what is none."""
        with guarded(self.path):
            found = [one for one in self.path.rglob("*") if one.suffix.lower() in ENDINGS]
        seen = [one for one in found if not _is_hidden(one.relative_to(self.path))]
        kept = [one for one in seen if one.is_symlink() or not one.is_dir()]
        return sorted(one for one in kept if _is_inside(one) is is_inside)


def _is_inside(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _text(path: Path) -> str:
    with guarded(path):
        return path.read_text(encoding=encoding_of(path), errors="replace")


def _note(path: Path, text: str, size: int) -> Entry | Trouble:
    if size > _LARGEST:
        return Trouble(reason="is larger than 1 MB", remedy="Part it, and import it again.")
    if "\0" in text:
        return Trouble(reason="holds null characters", remedy="Save it as text.")
    front, body = _parted(text)
    named = _front(front)
    if named is None or named.get("level", "local") not in get_args(Level):
        return _BAD_FRONT
    if not body.strip():
        return Trouble(reason="is empty", remedy="Nothing is to be done.")
    return NoteEntry(
        title=str(named.get("title") or _heading(body) or path.stem)[:200],
        text=body.strip(),
        level=cast("Level", named.get("level", "local")),
        is_foreign=str(named.get("source", "")).replace("-", "_") == "third_party",
    )


def _parted(text: str) -> tuple[str, str]:
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        return "", text
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() in ("---", "..."):
            return "".join(lines[1:number]), "".join(lines[number + 1 :])
    return "", text


def _front(text: str) -> dict[str, object] | None:
    if len(text) > _FRONT:
        return None
    try:
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, yaml.SafeLoader)):
            return None
        found = yaml.safe_load(text) if text.strip() else {}
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {str(key).lower(): value for key, value in found.items()}


def _heading(body: str) -> str:
    lines = (line.strip() for line in body.splitlines())
    return next((line.lstrip("#").strip() for line in lines if line.startswith("#")), "")

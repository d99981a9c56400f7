"""Owns the file that says what an index serves: how far it is filled, and how many rows count.

    <embedder>/served.json

One file, replaced in one step: what was written behind the rows it counts is not served.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from aios_defs.core.labels import Level
from resources.durable import sync_folder

FILE = "served.json"
LEVELS = tuple(Level)
FORM = 2
"""The form of all files of an index; one of another form is emptied and filled anew."""


def _none() -> dict[str, int]:
    return dict.fromkeys(LEVELS, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What is served: up to which event, from which build of each level, of how much.

    `rows` is how many rows of each level's log count, `indexed` of how many of them there are
    postings, `items` how many of them stand. `embedder` and `dimensions` say what made the vectors.
    """

    form: int = FORM
    embedder: str = ""
    dimensions: int = 0
    position: int = 0
    hash: str = ""
    builds: Mapping[str, int] = field(default_factory=_none)
    rows: Mapping[str, int] = field(default_factory=_none)
    indexed: Mapping[str, int] = field(default_factory=_none)
    items: Mapping[str, int] = field(default_factory=_none)


def read_served(folder: Path) -> Served | None:
    """Return what the index of a folder serves; None where none of this form is."""
    try:
        content = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None
    return Served(**content) if content["form"] == FORM else None


def served_mark(folder: Path) -> tuple[int, int]:
    """Return what tells one file from the next: it changes whenever it is written."""
    try:
        found = (folder / FILE).stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def write_served(folder: Path, served: Served) -> None:
    """Replace the file in one step; durable when it returns."""
    draft = folder / f".{FILE}.{os.getpid()}"
    with draft.open("w") as file:
        json.dump(asdict(served), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / FILE)
    sync_folder(folder)

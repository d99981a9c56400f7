"""Owns looking through the folders of an account from a mark on, and whether a look is worth it.

A Maildir has no mark: its files are known by their names.
"""

import json
from collections.abc import Callable, Iterator
from typing import cast

from aios_defs.core.connector import Item
from aios_defs.core.resuming import Mark
from resources.connectors.mail.imap_folder import ImapFolder
from resources.connectors.mail.inbound import Folder, Inbound

Folders = tuple[tuple[Folder, Inbound], ...]


def items_from(folders: Folders, mark: str, known: Callable[[str], bool]) -> Iterator[Item | Mark]:
    """Yield what each folder holds beyond its part of the mark; see core.resuming."""
    marks = _parts(mark)
    for kind, way in folders:
        if not isinstance(way, ImapFolder):
            yield from way.items(kind, known)
            continue
        for found in way.items_from(marks.get(kind, ""), known):
            if isinstance(found, Item):
                yield found
            else:
                marks[kind] = found.value
                yield Mark(value=json.dumps(marks, sort_keys=True), renamed=found.renamed)


def has_news(folders: Folders, mark: str, known: Callable[[str], bool]) -> bool:
    """Return whether a folder may hold something new; raises OutsideFailed."""
    marks = _parts(mark)
    return any(
        way.has_news(marks.get(kind, ""))
        if isinstance(way, ImapFolder)
        else next(way.items(kind, known), None) is not None
        for kind, way in folders
    )


def _parts(mark: str) -> dict[str, str]:
    """Return the mark of each folder; none of a mark that is not understood."""
    try:
        parts = json.loads(mark)
    except ValueError:
        return {}
    if not isinstance(parts, dict):
        return {}
    return {str(kind): str(value) for kind, value in cast("dict[object, object]", parts).items()}

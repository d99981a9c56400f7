"""Owns which files of a home a backup holds beside its databases.

Everything is copied but what is rebuilt (lance/, dagster/), what belongs to the running machine
(run/, logs/), and the backups themselves. Links are not followed and not copied. The databases and
the blobs are copied by their own way, from one snapshot.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from resources.moved import NOTE

_LEFT_OUT = frozenset(("lance", "dagster", "run", "logs", "backups", "blobs", NOTE))
_DATABASES = (".db", ".db-wal", ".db-shm", ".db-journal")
_ROUNDS = 5
_LAST = "cur"


def other_files(home: Path) -> Iterator[Path]:
    """Yield the home's other files, relative to it, while mail comes and moves.

    In a Maildir `cur` comes last, so a mail that is moved there from `new` meanwhile is met again
    there; a name that appears while a folder is read is yielded too.
    """
    yield from _walk(home, Path())


def _walk(home: Path, folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for _ in range(_ROUNDS):
        found = [one for one in _listed(home / folder) if one.name not in seen]
        if not found:
            return
        for entry in sorted(found, key=lambda one: (one.name == _LAST, one.name)):
            seen.add(entry.name)
            name = folder / entry.name
            if _is_left_out(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(home, name)
            elif entry.is_file(follow_symlinks=False):
                yield name


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _is_left_out(name: Path) -> bool:
    if name.parent != Path():
        return False
    only = name.name
    return only in _LEFT_OUT or only.endswith(_DATABASES) or only.startswith(".backup-")

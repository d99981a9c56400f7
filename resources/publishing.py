"""Owns the one door through which tables in plain text are written: in turns with erasures.

A build that read before somebody was forgotten is not written after it: the erasure builds the
table anew itself.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path

from aios_defs.core.errors import StorageFailed
from aios_defs.services.erasure.reading import erased_since
from aios_defs.services.tables.table import Table
from resources.artifacts import ArtifactStore, Kept
from resources.home import Home
from resources.quality.audit import settle
from resources.quality.gate import judge

_LOCK = "publishing.lock"


def publish(home: Home, table: Table) -> list[Kept]:
    """Write a build, unless somebody was forgotten since it was read; returns what it is kept in.

    Nor is one written that its gate finds bad: its card is raised, and the former one stays.

    Raises:
        StorageFailed: as `ArtifactStore.write` says.

    """
    verdict = judge(home, table)
    kept = _write(home, table) if verdict is None or verdict.is_sound else []
    if verdict is not None and (kept or verdict.is_kept_back):
        settle(home, verdict)
    return kept


def _write(home: Home, table: Table) -> list[Kept]:
    with turn(home.path):
        if erased_since(home.kernel, table.head.position):
            return []
        return ArtifactStore(home.path / "lance").write(table)


@contextmanager
def turn(home: Path) -> Iterator[None]:
    """Hold the door for the time of a block; a process that dies gives it up.

    Raises:
        StorageFailed: the folder of the tables can't be made or written to.

    """
    with _door(home / "lance") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _door(folder: Path) -> BufferedWriter:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / _LOCK).open("ab")
    except OSError as error:
        raise StorageFailed(
            f"The folder of the tables can't be written to ({type(error).__name__}).",
            remedy=f"Look at {folder} and at the disk; the former tables are still there.",
        ) from None

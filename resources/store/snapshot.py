"""Owns copies of the two databases of a home as they stand at one moment, while others write.

A key is durable before its first event, so keys that are copied after the ledger open all of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from aios_defs.core.envelope import Head
from aios_defs.core.errors import LedgerBroken, StorageFailed


def copy_ledger(source: Path, target: Path) -> None:
    """Write the ledger of one read snapshot into a new file; never blocks a writer.

    Raises:
        StorageFailed: the disk is full or failing.
        LedgerBroken: the source is damaged.

    """
    with _translated(), closing(_reading(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def copy_keys(source: Path) -> bytes:
    """Return the bytes of a consistent copy of keys.db; made in memory, so no disk keeps a key."""
    with (
        _translated(),
        closing(_reading(source)) as connection,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        connection.backup(copy)
        return copy.serialize()


def head_of(ledger: Path) -> Head:
    """Return the last position and hash of a copied ledger; raises LedgerBroken without one."""
    found = _rows(ledger, "SELECT position, hash FROM head")
    if not found:
        raise LedgerBroken(
            "The ledger's head is gone.", remedy="Run `aios ledger verify`, then restore."
        )
    position, head = found[0]
    return Head(position=position, hash=head.hex())


def first_event(ledger: Path) -> str:
    """Return the id of a copied ledger's first event: what tells one home from another."""
    found = _rows(ledger, "SELECT id FROM events WHERE position = 1")
    return str(found[0][0]) if found else ""


def filed_blobs(ledger: Path) -> list[str]:
    """Return the digests of the blobs that lie in files of their own, in order."""
    return [
        str(row[0])
        for row in _rows(ledger, "SELECT digest FROM blobs WHERE sealed IS NULL ORDER BY digest")
    ]


def _rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with _translated(), closing(_reading(path)) as connection:
        return connection.execute(query).fetchall()


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageFailed(
            f"A database of the home can't be copied ({error.sqlite_errorname}).",
            remedy="Free some space or make the home writable, then try again.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise LedgerBroken(
            f"A database of the home is damaged ({error.sqlite_errorname}).",
            remedy="Restore the home from a backup.",
        ) from error

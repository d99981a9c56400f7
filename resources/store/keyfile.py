"""Owns keys.db: the keys of subjects, and the root keys of the house.

A rollback journal that is truncated and `secure_delete` keep no copy of a destroyed key (a
write-ahead log would). One connection per process, guarded by a lock; none is carried over a fork.
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aios_defs.core.errors import HomeLocked, KeyMissing, StorageFailed
from aios_defs.core.sealed import SubjectRef
from resources.sealing import KEY_BYTES

_SCHEMA = """
CREATE TABLE IF NOT EXISTS roots (name TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS keys (ref TEXT PRIMARY KEY, content BLOB, erased_by TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasures (number INTEGER PRIMARY KEY, ref TEXT NOT NULL);
"""
_PRAGMAS = (
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA secure_delete=ON",
    "PRAGMA synchronous=FULL",
)
_REF_BYTES = 12
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key, or the event that had it destroyed."""

    content: bytes | None = field(repr=False)
    erased_by: str | None


class KeyFile:
    """The key store of one home."""

    def __init__(self, path: Path, *, wait_seconds: float = 10.0) -> None:
        self.path = path
        self._wait_seconds = wait_seconds
        self._begin_process()

    def create(self) -> None:
        """Make the file (0600, its folder 0700) and its root keys; no effect where they exist."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._writing() as connection:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                connection.execute(statement)
            if connection.execute("SELECT 1 FROM roots").fetchone() is None:
                (house,) = _insert_keys(connection, 1)
                roots = {
                    "house": house.encode(),
                    "index": secrets.token_bytes(KEY_BYTES),
                    "head": secrets.token_bytes(KEY_BYTES),
                }
                connection.executemany("INSERT INTO roots VALUES (?, ?)", roots.items())

    def root(self, name: str) -> bytes:
        """Return the root key `index` or `head`, or the name of the `house` key."""
        found = self._one("SELECT content FROM roots WHERE name = ?", name)
        if found is None:
            raise KeyMissing(
                "keys.db lacks its root keys.", remedy="Restore keys.db from a backup.", root=name
            )
        return found[0]

    def add(self, count: int) -> Sequence[SubjectRef]:
        """Make that many random keys and return their names; durable before it returns."""
        with self._writing() as connection:
            return _insert_keys(connection, count)

    def find(self, ref: SubjectRef) -> StoredKey | None:
        """Return what is known of a key, or None."""
        found = self._one("SELECT content, erased_by FROM keys WHERE ref = ?", ref)
        return None if found is None else StoredKey(*found)

    def erase(self, ref: SubjectRef, event_id: str) -> None:
        """Overwrite a key for good and keep which event asked first; idempotent."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO keys (ref) VALUES (?)", (ref,))
            connection.execute(
                "UPDATE keys SET content = NULL, erased_by = coalesce(erased_by, ?) WHERE ref = ?",
                (event_id, ref),
            )
            connection.execute("INSERT INTO erasures (ref) VALUES (?)", (ref,))

    def erasures(self) -> int:
        """Return a number that grows with each erasure."""
        found = self._one("SELECT coalesce(max(number), 0) FROM erasures")
        return found[0] if found else 0

    def stamp(self) -> Stamp:
        """Return what changes whenever any process writes the file; costs one stat."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 - called for every fragment, three times faster
        except FileNotFoundError as error:
            raise _missing() from error
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _one(self, statement: str, *parameters: str) -> tuple[Any, ...] | None:
        with self._connected() as connection:
            return connection.execute(statement, parameters).fetchone()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        if self._pid != os.getpid():
            self._begin_process()
        with self._lock, _translated():
            inode = self.stamp()[1]
            if self._connection is None or inode != self._inode:
                self._connection = self._connect()
                self._inode = inode
            yield self._connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._wait_seconds, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma).fetchall()
        return connection

    def _begin_process(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._inode = 0
        self._connection: sqlite3.Connection | None = None


def _insert_keys(connection: sqlite3.Connection, count: int) -> Sequence[SubjectRef]:
    refs = [SubjectRef(secrets.token_urlsafe(_REF_BYTES)) for _ in range(count)]
    connection.executemany(
        "INSERT INTO keys (ref, content) VALUES (?, ?)",
        [(ref, secrets.token_bytes(KEY_BYTES)) for ref in refs],
    )
    return refs


def _missing() -> KeyMissing:
    return KeyMissing(
        "This home has no keys.db, so nothing personal can be read or written.",
        remedy="Restore keys.db from a backup, beside ledger.db.",
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        name = error.sqlite_errorname
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise HomeLocked(
                "Another process keeps keys.db busy.", remedy="Wait for it, then try again."
            ) from error
        raise StorageFailed(
            f"keys.db can't be read or written ({name}).",
            remedy="Free some space or make the home writable, then try again.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise StorageFailed(
            f"keys.db is damaged ({error.sqlite_errorname}).",
            remedy="Restore keys.db from a backup.",
        ) from error

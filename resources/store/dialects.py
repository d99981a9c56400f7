"""Owns what differs between databases: locks, guards, pragmas, upserts and the meaning of errors.

Another database joins by one more class here and one more branch in `dialect_of`.
"""

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import Insert

from aios_defs.core.errors import (
    AiosError,
    ConfigurationInvalid,
    HomeLocked,
    LedgerBroken,
    LedgerConflict,
    StorageFailed,
)
from resources.store.tables import EVENTS, HEAD

_APPEND_ONLY = "the ledger is append-only"
_TAKEN = {
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_CONSTRAINT_TRIGGER",  # a guard: the place or the id is taken
}
_IS_NOT_NEXT = """\
NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)
OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND sequence = NEW.sequence)"""


class Dialect(Protocol):
    """One kind of database."""

    @property
    def driver_error(self) -> type[Exception]:
        """The root of the driver's errors."""
        ...

    @property
    def begin_write(self) -> Sequence[str]:
        """The statements that take the write lock."""
        ...

    @property
    def begin_read(self) -> Sequence[str]:
        """The statements that begin a consistent reading."""
        ...

    @property
    def guards(self) -> dict[str, str]:
        """The statement that makes each guard, by name."""
        ...

    @property
    def guard_texts(self) -> str:
        """The query for the name and text of each guard that is there."""
        ...

    @property
    def table_columns(self) -> str:
        """The query for a table's column names in order; parameter: its name."""
        ...

    def engine(self) -> Engine:
        """Return an engine whose connections begin and end transactions by explicit statements."""
        ...

    def upsert(self, table: Table) -> Insert:
        """Return the statement that writes a row in place of the one of its key."""
        ...

    def insert_missing(self, table: Table) -> Insert:
        """Return the statement that writes a row unless there is one of its key."""
        ...

    def translated(self, error: BaseException) -> Exception:
        """Return the error as one of ours, or itself where it is a mistake in this program."""
        ...


class SqliteDialect:
    """SQLite: WAL with a sync at each commit, one writer at a time.

    Guards refuse UPDATE and DELETE, and an INSERT that is not the next event (REPLACE would
    otherwise delete without asking a trigger).
    """

    driver_error: type[Exception] = sqlite3.Error
    begin_write = ("BEGIN IMMEDIATE",)
    begin_read = ("BEGIN",)
    table_columns = "SELECT name FROM pragma_table_info(?)"
    guard_texts = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"

    def __init__(self, url: URL, wait_seconds: float) -> None:
        self._url = url
        self._path = Path(url.database or "")
        self._wait_seconds = wait_seconds

    @property
    def guards(self) -> dict[str, str]:
        """The statement that makes each guard, by name."""
        refusals = {
            f"{EVENTS}_refuses_update": f"BEFORE UPDATE ON {EVENTS}",
            f"{EVENTS}_refuses_delete": f"BEFORE DELETE ON {EVENTS}",
            f"{HEAD}_refuses_delete": f"BEFORE DELETE ON {HEAD}",
            f"{EVENTS}_refuses_insert": f"BEFORE INSERT ON {EVENTS} WHEN {_IS_NOT_NEXT}",
        }
        return {
            name: f"CREATE TRIGGER IF NOT EXISTS {name} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
            for name, when in refusals.items()
        }

    def engine(self) -> Engine:
        """Return an engine on the file, which is made (0600, its folder 0700) if missing."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._path.exists():
                os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise _storage_failed(type(error).__name__) from error
        engine = create_engine(
            self._url,
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=60,
            pool_reset_on_return=None,
            hide_parameters=True,
            connect_args={"timeout": self._wait_seconds},
        )
        event.listen(engine, "connect", self._prepare)
        return engine

    def upsert(self, table: Table) -> Insert:
        """Return INSERT ... ON CONFLICT (key) DO UPDATE."""
        statement = sqlite.insert(table)
        key = [column.name for column in table.primary_key]
        others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
        if not others:
            return self.insert_missing(table)
        return statement.on_conflict_do_update(index_elements=key, set_=others)

    def insert_missing(self, table: Table) -> Insert:
        """Return INSERT ... ON CONFLICT DO NOTHING."""
        return sqlite.insert(table).on_conflict_do_nothing(
            index_elements=[column.name for column in table.primary_key]
        )

    def translated(self, error: BaseException) -> Exception:
        """Return the error as one of ours by SQLite's own error code."""
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return HomeLocked(
                "Another process keeps the ledger busy.",
                remedy="Wait for it to end, or stop it, then try again.",
            )
        if name in _TAKEN:
            return _conflict()
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
            return _storage_failed(name)
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such" in str(error):
            return _broken(name)
        return error if isinstance(error, Exception) else RuntimeError(name)

    def _prepare(self, connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")
        for attempt in range(100):
            try:
                connection.execute("PRAGMA journal_mode=WAL").fetchone()
            except sqlite3.OperationalError:  # changing the mode does not wait for others
                if attempt * 0.1 >= self._wait_seconds:
                    raise
                time.sleep(0.1)
            else:
                return


def dialect_of(url: str, wait_seconds: float) -> Dialect:
    """Return the dialect of a database URL.

    Raises:
        ConfigurationInvalid: AIOS has none for it, or the database would not outlive the process.

    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise ConfigurationInvalid(
            f"AIOS can't keep its ledger in {parsed.get_backend_name()!r} (yet), or not in memory.",
            remedy="Use sqlite:////absolute/path/ledger.db.",
        )
    return SqliteDialect(parsed, wait_seconds)


def _conflict() -> AiosError:
    return LedgerConflict(
        "Something with this key or place exists already.",
        remedy="Read again, then decide anew.",
    )


def _storage_failed(name: str) -> AiosError:
    return StorageFailed(
        f"The home can't be read or written ({name}); nothing was changed.",
        remedy="Free some space or make the home writable, then try again.",
    )


def _broken(name: str) -> AiosError:
    return LedgerBroken(
        f"The ledger's file is damaged or no ledger ({name}).",
        remedy="Restore ledger.db from a backup, then run `aios ledger verify`.",
    )

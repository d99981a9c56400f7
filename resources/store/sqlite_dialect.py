"""Owns the ledger in SQLite: a file, WAL, one writer at a time."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import QueuePool

from resources.store.store_errors import APPEND_ONLY, broken, busy, conflict, storage_failed
from resources.store.tables import EVENTS, HEAD

_TAKEN = {
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_CONSTRAINT_TRIGGER",  # a guard: the place or the id is taken
}
_IS_NOT_NEXT = """\
NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)
OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND sequence = NEW.sequence)"""


class SqliteDialect:
    """SQLite: WAL with a sync at each commit, one writer at a time.

    Guards refuse UPDATE and DELETE, and an INSERT that is not the next event (REPLACE would
    otherwise delete without asking a trigger).
    """

    driver_errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    preparations = ()
    described = "SELECT 'SQLite ' || sqlite_version()"
    begin_write = ("BEGIN IMMEDIATE",)
    begin_read = ("BEGIN",)
    table_columns = "SELECT name FROM pragma_table_info(?)"
    guard_texts = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"

    def __init__(self, url: URL, wait_seconds: float) -> None:
        self._url = url
        self._path = Path(url.database or "")
        self._wait_seconds = wait_seconds

    @property
    def _refusals(self) -> dict[str, str]:
        return {
            f"{EVENTS}_refuses_update": f"BEFORE UPDATE ON {EVENTS}",
            f"{EVENTS}_refuses_delete": f"BEFORE DELETE ON {EVENTS}",
            f"{HEAD}_refuses_delete": f"BEFORE DELETE ON {HEAD}",
            f"{EVENTS}_refuses_insert": f"BEFORE INSERT ON {EVENTS} WHEN {_IS_NOT_NEXT}",
        }

    @property
    def guards(self) -> Sequence[str]:
        """The statements that make the guards."""
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            for name, when in self._refusals.items()
        ]

    @property
    def guards_found(self) -> dict[str, str]:
        """The text of each guard as `guard_texts` gives it."""
        return {
            name: statement.replace(" IF NOT EXISTS", "")
            for name, statement in zip(self._refusals, self.guards, strict=True)
        }

    def exists(self) -> bool:
        """Return whether there is a file."""
        return self._path.exists()

    def engine(self) -> Engine:
        """Return an engine on the file, which is made (0600, its folder 0700) if missing."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._path.exists():
                os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise storage_failed(type(error).__name__) from error
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

    def insert(self, table: Table) -> sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT."""
        return sqlite.insert(table)

    def many(self, cursor: Any, statement: str, rows: Sequence[Sequence[object]]) -> None:  # noqa: ANN401 - the driver's
        """Run a statement for each row of parameters."""
        cursor.executemany(statement, rows)

    def batches(self, connection: Any, statement: str, size: int) -> Iterator[list[Any]]:  # noqa: ANN401, ARG002 - the driver's; a file needs no batches
        """Yield a query's rows, one at a time: those before one that can't be read are read.

        The driver steps to the next row before it gives one out, and with the next it loses that
        one too: it is asked for again, alone.
        """
        cursor, given = connection.cursor(), 0
        cursor.execute(statement)
        try:
            for row in cursor:
                yield [row]
                given += 1
        except sqlite3.DatabaseError:
            yield cursor.execute(f"{statement} LIMIT 1 OFFSET {given}").fetchall()
            raise

    def commit(self, cursor: Any) -> None:  # noqa: ANN401 - the driver's
        """End the transaction durably."""
        cursor.execute("COMMIT")

    def is_lost(self, error: BaseException) -> bool:  # noqa: ARG002 - the protocol names it
        """Return False: a file is not at the other end of a connection."""
        return False

    def translated(self, error: BaseException) -> Exception:
        """Return the error as one of ours by SQLite's own error code."""
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return busy()
        if name in _TAKEN:
            return conflict()
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
            return storage_failed(name)
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such" in str(error):
            return broken(name)
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

"""Owns one connection for the time of one unit of work or one view.

Statements run on the driver's cursor, because SQLAlchemy's result machinery costs several
times what a small statement does; engine, pool, tables and the statements' texts are SQLAlchemy's.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from resources.store.dialects import Dialect

Stored = tuple[Any, ...]


class Session:
    """A connection inside one transaction."""

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        self._dialect = dialect
        try:
            self._fairy = engine.raw_connection()
        except DBAPIError as error:
            raise dialect.translated(error.orig or error) from error
        except dialect.driver_error as error:  # from the statements that prepare a connection
            raise dialect.translated(error) from error
        self._cursor = self._fairy.cursor()
        self._errors = dialect.driver_error

    def begin_write(self) -> None:
        """Take the write lock, waiting for another writer."""
        for statement in self._dialect.begin_write:
            self.run(statement)

    def begin_read(self) -> None:
        """Begin a consistent reading."""
        for statement in self._dialect.begin_read:
            self.run(statement)

    def run(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement."""
        try:
            self._cursor.execute(statement, parameters)
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Stored]:
        """Run a query and return all of its rows."""
        try:
            self._cursor.execute(statement, parameters)
            return list(self._cursor.fetchall())
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def row(self, statement: str, parameters: Sequence[object] = ()) -> Stored | None:
        """Run a query and return its first row."""
        try:
            self._cursor.execute(statement, parameters)
            return self._cursor.fetchone()
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement for each row of parameters."""
        try:
            self._cursor.executemany(statement, rows)
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def streamed(self, statement: str, size: int = 500) -> Iterator[Stored]:
        """Run a query and yield its rows, so many at a time, on a cursor of its own."""
        cursor = self._fairy.cursor()
        try:
            cursor.execute(statement)
            while batch := cursor.fetchmany(size):
                yield from batch
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def commit(self) -> None:
        """Make it durable."""
        self.run("COMMIT")
        self._fairy.close()

    def rollback(self) -> None:
        """Undo it; the connection is given up when even that fails."""
        try:
            self._cursor.execute("ROLLBACK")
        except Exception:  # noqa: BLE001 - the database may have rolled back by itself (disk full)
            self._fairy.invalidate()
        self._fairy.close()

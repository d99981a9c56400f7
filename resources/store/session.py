"""Owns one connection for the time of one unit of work or one view.

Statements run on the driver's cursor, because SQLAlchemy's result machinery costs several
times what a small statement does; engine, pool, tables and the statements' texts are SQLAlchemy's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from resources.store.dialects import Dialect

Stored = tuple[Any, ...]


class Session:
    """A connection inside one transaction."""

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        self._dialect = dialect
        self._engine = engine
        self._errors = dialect.driver_errors
        self._connect()

    @classmethod
    @contextmanager
    def opened(cls, engine: Engine, dialect: Dialect) -> Iterator["Session"]:
        """Open a session for a block, which begins its transaction; undone when the block fails."""
        session = cls(engine, dialect)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise

    def begin_write(self) -> None:
        """Take the write lock, waiting for another writer."""
        self._begin(self._dialect.begin_write)

    def begin_read(self) -> None:
        """Begin a consistent reading."""
        self._begin(self._dialect.begin_read)

    def _connect(self) -> None:
        try:
            self._fairy = self._engine.raw_connection()
        except DBAPIError as error:
            raise self._dialect.translated(error.orig or error) from None  # it holds the address
        except (PoolTimeout, *self._errors) as error:  # also from what prepares a connection
            raise self._dialect.translated(error) from None
        self._cursor = self._fairy.cursor()

    def _begin(self, statements: Sequence[str]) -> None:
        """Begin; where an idle connection turns out to be gone, on a new one, once."""
        try:
            for statement in statements:
                self._cursor.execute(statement)
        except self._errors as error:
            if not self._dialect.is_lost(error):
                raise self._dialect.translated(error) from error
            self._fairy.invalidate()
            self._engine.dispose()  # the others in the pool went with it
            self._connect()
            for statement in statements:
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
            self._dialect.many(self._cursor, statement, rows)
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def streamed(self, statement: str, size: int = 500) -> Iterator[Stored]:
        """Run a query and yield its rows, so many at a time, on a cursor of its own."""
        try:
            for batch in self._dialect.batches(self._fairy, statement, size):
                yield from batch
        except self._errors as error:
            raise self._dialect.translated(error) from error

    def commit(self) -> None:
        """Make it durable."""
        try:
            self._dialect.commit(self._cursor)
        except self._errors as error:
            raise self._dialect.translated(error) from error
        self._fairy.close()

    def rollback(self) -> None:
        """Undo it; the connection is given up when even that fails."""
        try:
            self._cursor.execute("ROLLBACK")
        except Exception:  # noqa: BLE001 - the database may have rolled back by itself (disk full)
            if self._fairy.is_valid:
                self._fairy.invalidate()
        self._fairy.close()

"""Owns what differs between databases: locks, guards, inserts and the meaning of errors.

Another database joins by one more class like `SqliteDialect` and one more branch in `dialect_of`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine, Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from aios_defs.core.errors import ConfigurationInvalid


class Dialect(Protocol):
    """One kind of database."""

    @property
    def driver_errors(self) -> tuple[type[Exception], ...]:
        """The roots of the driver's errors."""
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
    def preparations(self) -> Sequence[str]:
        """The statements that come before the first table."""
        ...

    @property
    def guards(self) -> Sequence[str]:
        """The statements that make the guards; each may run again."""
        ...

    @property
    def guards_found(self) -> dict[str, str]:
        """The text of each guard, by name, as `guard_texts` gives it while nobody changed it."""
        ...

    @property
    def guard_texts(self) -> str:
        """The query for the name and text of each guard that is there."""
        ...

    @property
    def table_columns(self) -> str:
        """The query for a table's column names in order; parameter: its name."""
        ...

    @property
    def described(self) -> str:
        """The query for one text: kind and version, and of a server the use of connections."""
        ...

    def exists(self) -> bool:
        """Return whether there is a database; a server is asked by connecting to it."""
        ...

    def engine(self) -> Engine:
        """Return an engine whose connections begin and end transactions by explicit statements."""
        ...

    def insert(self, table: Table) -> Any:  # noqa: ANN401 - each of SQLAlchemy's dialects has its own
        """Return an INSERT that knows ON CONFLICT."""
        ...

    def many(self, cursor: Any, statement: str, rows: Sequence[Sequence[object]]) -> None:  # noqa: ANN401 - the driver's
        """Run a statement for each row of parameters."""
        ...

    def batches(self, connection: Any, statement: str, size: int) -> Iterator[list[Any]]:  # noqa: ANN401 - the driver's
        """Yield a query's rows, so many at a time, beside other statements."""
        ...

    def commit(self, cursor: Any) -> None:  # noqa: ANN401 - the driver's
        """End the transaction durably; raises when nothing of it was kept."""
        ...

    def is_lost(self, error: BaseException) -> bool:
        """Return whether the error means that the connection is gone, not what was asked of it."""
        ...

    def translated(self, error: BaseException) -> Exception:
        """Return the error as one of ours, or itself where it is a mistake in this program."""
        ...


def dialect_of(url: str, wait_seconds: float) -> Dialect:
    """Return the dialect of a database URL.

    Raises:
        ConfigurationInvalid: AIOS has none for it, or the database would not outlive the process.

    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise _no_store("what the URL names") from None  # its text may hold a password
    if kind == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        from resources.store.sqlite_dialect import SqliteDialect

        return SqliteDialect(parsed, wait_seconds)
    if kind in {"postgresql", "postgres"} and parsed.database:
        from resources.store.postgresql_dialect import PostgresqlDialect

        return PostgresqlDialect(parsed, wait_seconds)
    raise _no_store(repr(kind))


def database_name(url: str) -> str:
    """Return a database's URL without its password; what is no URL has no name."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return ""


def _no_store(what: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"AIOS can't keep its ledger in {what}, or not in a database without a name.",
        remedy="Use postgresql://user:password@host/database or sqlite:////absolute/path/ledger.db.",
    )

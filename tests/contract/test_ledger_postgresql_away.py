"""Proves what the ledger does when its PostgreSQL restarts, goes away or is full."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from aios_defs.core.errors import (
    HomeLocked,
    StorageFailed,
)
from aios_defs.services.verify import verify_ledger
from resources.store.ledger import SqlLedger
from tests.contract.ledger_kit import Kit, log, paused
from tests.contract.postgresql_kit import at, pause, run
from tests.servers.postgres import PASSWORD, PostgresServer, own_server, raw, shared_server


@pytest.fixture
def url() -> str:
    return shared_server().fresh()


@pytest.fixture
def kit(url: str, tmp_path: Path) -> Kit:
    return at(url, tmp_path)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with own_server(connections=12) as server:
        yield server


def test_a_server_that_restarts_is_found_again(server: PostgresServer, tmp_path: Path) -> None:
    """While it is away a unit fails with words and no password; afterwards the next one works."""
    kit = at(server.fresh(), tmp_path)
    pause(kit)
    server.stop()

    with pytest.raises(StorageFailed, match="can't reach the database") as caught:
        pause(kit)
    server.start()

    assert PASSWORD not in repr(caught.getrepr(style="long"))
    assert pause(kit) == 2
    assert verify_ledger(kit.ledger, kit.vault).ok


def test_a_restart_between_two_units_is_not_noticed(server: PostgresServer, tmp_path: Path) -> None:
    """Idle connections that died are replaced before anything is written."""
    kit = at(server.fresh(), tmp_path)
    with kit.ledger.view(), kit.ledger.view():
        pause(kit)
    server.stop()
    server.start()

    assert pause(kit) == 2


def test_a_connection_that_dies_within_a_unit_leaves_nothing(kit: Kit, url: str) -> None:
    """A unit whose connection is ended by the server is gone as a whole; the next one works."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aios'"
    with pytest.raises(StorageFailed), kit.ledger.transaction(actor="operator") as unit:  # noqa: PT012 - the unit is the act
        unit.append(paused("lost"))
        run(url, f"{end} AND datname = current_database()")

    assert pause(kit, "kept") == 1
    with kit.ledger.view() as view:
        assert [one.data["scope"] for one in log(view)] == ["kept"]


def test_a_server_that_is_full_says_so(server: PostgresServer, tmp_path: Path) -> None:
    """Where the server gives out no more connections, the error says what to do."""
    url = server.fresh()
    kit = at(url, tmp_path)
    cast(SqlLedger, kit.ledger).close()
    held = [raw(url) for _ in range(server.free())]

    with pytest.raises(HomeLocked, match="no more connections"):
        pause(kit)

    for one in held:
        one.close()
    assert pause(kit) == 1

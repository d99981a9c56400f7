"""Proves that `aios up` outlives its database server: it rests, says so, and goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import approve
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.home import Home, open_home
from tests.e2e.up_kit import Up
from tests.patience import eventually
from tests.servers.postgres import PASSWORD, PostgresServer, own_server


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    with own_server() as one:
        yield one


@pytest.fixture
def up(server: PostgresServer, tmp_path: Path) -> Iterator[Up]:
    """The demo at work on that server."""
    one = Up(tmp_path / "home", environment={"AIOS_DATABASE_URL": server.fresh()}).start()
    yield one
    one.clean()


def opened(up: Up) -> Home:
    """Open the home as a command beside it does."""
    return open_home(load_settings({"AIOS_HOME": str(up.home), **up.environment}))


def state_of(home: Home, action_id: str) -> ActionState:
    """Return the state of an action."""
    with home.kernel.ledger.view() as view:
        row = view.get(ActionRow, action_id)
    assert row is not None
    return row.state


@pytest.mark.slow
def test_it_goes_on_when_the_server_is_back(server: PostgresServer, up: Up) -> None:
    """What was approved before the server went is sent once after it came, by the same gateway."""
    up.all_run()
    up.event("settled")
    home, outbox = opened(up), up.home / "mail/outbox/new"
    with home.kernel.ledger.view() as view:
        action = view.select(ActionRow, state=ActionState.AWAITING_APPROVAL, order="created_at")[0]
    sent, gateway = len(list(outbox.iterdir())), up.child("gateway").pid
    approve(home.kernel, action.id, window=5)

    server.stop()
    assert eventually(lambda: "database_away" in log_of(up))
    server.start()
    assert eventually(lambda: state_of(home, action.id) is ActionState.COMMITTED)

    assert len(list(outbox.iterdir())) == sent + 1
    assert up.child("gateway").pid == gateway
    assert up.answers() == 200
    assert verify_ledger(home.ledger, home.kernel.vault).ok
    home.ledger.close()
    assert up.end() == 0
    assert PASSWORD not in log_of(up)


def log_of(up: Up) -> str:
    """Return what the processes of the home wrote into their logs."""
    return "".join(one.read_text() for one in (up.home / "logs").glob("*.log"))

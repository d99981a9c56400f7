"""Proves what the operator sees while the ledger's database server is away, and after it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import DatabaseAway
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.services.receive import take_in
from aios_defs.services.sweep import commit_due
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.home import World, open_home
from resources.points import NoPoints
from resources.testing.recording_points import RecordingPoints
from tests.e2e.shell import Shell
from tests.integration.console.kit import Console, words
from tests.integration.desk import Desk, Mail
from tests.patience import eventually
from tests.servers.postgres import PASSWORD, PostgresServer, own_server

AWAY = "can't reach the database of its ledger"
PRICE = "How much is the blue widget?"


@dataclass(slots=True)
class ServerDesk(Desk):
    """A home whose ledger lies on the server at `url`."""

    url: str = field(kw_only=True)

    def open(self) -> None:
        """Open the home there."""
        settings = load_settings({"AIOS_HOME": str(self.path), "AIOS_DATABASE_URL": self.url})
        self.home = open_home(settings, World(clock=self.clock, points=self.points))


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    with own_server() as one:
        yield one


@pytest.fixture
def away(server: PostgresServer, tmp_path: Path) -> Iterator[ServerDesk]:
    """A home at work on that server; the server is there yet."""
    desk = ServerDesk(tmp_path / "home", url=server.fresh())
    desk.begin()
    yield desk
    desk.home.ledger.close()


def deliver(desk: Desk, many: int) -> None:
    """Put so many questions into the mailbox."""
    for number in range(many):
        desk.deliver(Mail(text=PRICE, subject=f"Price {number}"))


def test_the_gateway_rests_and_goes_on_by_itself(away: ServerDesk, server: PostgresServer) -> None:
    """Stopped with work waiting, then started: each mail is answered once, and no card is left."""
    lane = InteractiveLane(away.kernel)
    deliver(away, 3)
    away.take()
    deliver(away, 2)
    server.stop()

    lane.start()
    assert eventually(lambda: lane.health()["error"] == "database_away")
    with pytest.raises(DatabaseAway, match=AWAY):
        take_in(away.kernel, "mail")
    server.start()
    lane.wake()
    assert eventually(lambda: len(away.sent()) == 3)
    away.turn()
    assert eventually(lambda: lane.health()["error"] is None)
    assert lane.stop()

    assert len(away.sent()) == 5
    assert {one.state for one in away.actions()} == {ActionState.COMMITTED}
    assert away.cards("failure") == []
    assert away.cards("notice") == []
    assert verify_ledger(away.home.ledger, away.kernel.vault).ok


def test_a_page_speaks_of_the_server(away: ServerDesk, server: PostgresServer) -> None:
    """A page says that the server is away, in words that a person and a program can use."""
    console = Console(away)
    server.stop()

    page, told = console.get("/inbox"), console.get("/api/inbox")
    server.start()

    assert page.status_code == told.status_code == 503
    assert AWAY in words(page)
    assert "Start the database" in words(page)
    assert told.json()["code"] == "database_away"
    assert PASSWORD not in page.text + told.text
    assert console.get("/inbox").status_code == 200


def test_the_band_speaks_of_the_server(away: ServerDesk, server: PostgresServer) -> None:
    """Pages that are there again say so until the lane has found the server, too."""
    lane = InteractiveLane(away.kernel)
    console = Console(away, lane=lane)  # type: ignore[arg-type]  # the real one
    server.stop()
    lane.start()
    assert eventually(lambda: lane.health()["error"] == "database_away")
    server.start()
    resting = words(console.get("/inbox"))

    lane.wake()
    assert eventually(lambda: lane.health()["error"] is None)
    assert lane.stop()

    assert "The database server does not answer. Nothing is taken in or sent" in resting
    assert "database server" not in words(console.get("/inbox"))


def test_a_command_speaks_of_the_server(away: ServerDesk, server: PostgresServer) -> None:
    """Every command says it without a stack trace or a password, and works again afterwards."""
    shell = Shell(home=away.path)
    server.stop()

    ran = [
        shell.run(*line.split(), AIOS_DATABASE_URL=away.url)
        for line in ("inbox", "status", "doctor", "run support", "ledger verify", "pause")
    ]
    server.start()
    after = shell.run("inbox", AIOS_DATABASE_URL=away.url)

    for one in ran:
        told = one.out + one.err
        assert one.code == 1, told
        assert AWAY in told
        assert "Make room" not in told
        assert "storage_failed" not in told
        assert "Traceback" not in told
        assert PASSWORD not in told
    assert after.code == 0


def test_a_commit_that_loses_the_server_is_looked_up(
    server: PostgresServer, tmp_path: Path
) -> None:
    """Gone between the wire and the record, the reply is found in the mailbox and sent once."""

    def stop(point: str) -> None:
        if point == "commit.answered":
            server.stop()

    desk = ServerDesk(tmp_path / "home", points=RecordingPoints(stop), url=server.fresh())
    desk.begin()
    desk.deliver(Mail(text=PRICE))
    desk.take()
    desk.decide()

    with pytest.raises(DatabaseAway):
        commit_due(desk.kernel)
    server.start()
    unknown = desk.action().state
    desk.points = NoPoints()
    desk.open()
    desk.wait(minutes=5)
    desk.turn()

    assert unknown is ActionState.COMMITTING
    assert desk.action().state is ActionState.COMMITTED
    assert len(desk.sent()) == 1
    desk.home.ledger.close()

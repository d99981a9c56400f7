"""Proves `aios up` with real processes: it starts, ends, starts again what dies, leaves nothing."""

import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import approve
from aios_defs.services.kernel import Kernel
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.home import Home, open_home
from tests.e2e.up_kit import CHILDREN, Up, living, three_free_ports
from tests.patience import eventually
from tests.servers.database import home_environment

pytestmark = pytest.mark.slow

Ups = Callable[..., Up]


@pytest.fixture
def ups(tmp_path: Path) -> Iterator[Ups]:
    """Makes supervisors over one home, and ends those that a failed test left."""
    made = list[Up]()

    def make(*words: str, port: int | None = None) -> Up:
        one = Up(tmp_path / "home", words or ("--demo",), port or three_free_ports())
        made.append(one)
        return one

    yield make
    for one in made:
        one.clean()


def opened(up: Up) -> Home:
    return open_home(load_settings(home_environment(up.home)))


def first_waiting(kernel: Kernel) -> ActionRow:
    with kernel.ledger.view() as view:
        return view.select(ActionRow, state=ActionState.AWAITING_APPROVAL, order="created_at")[0]


def state_of(kernel: Kernel, action_id: str) -> ActionState:
    with kernel.ledger.view() as view:
        row = view.get(ActionRow, action_id)
    assert row is not None
    return row.state


def outbox(up: Up) -> int:
    return len(list((up.home / "mail/outbox/new").iterdir()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(ups: Ups, number: signal.Signals) -> None:
    """After the signal no process of any group is left, no port listens, no status claims to."""
    up = ups().start().all_run()
    settled = up.event("settled")
    groups = up.groups()

    code = up.end(number)

    assert settled["waiting"]["decision"] > 0
    assert code == 0
    assert living(groups) == []
    assert not up.is_listening()
    assert not (up.home / "run/status.json").exists()


def test_a_child_that_is_killed_is_back_and_nothing_is_doubled(ups: Ups) -> None:
    """Each child in turn is killed without warning; the next one takes its place and its work."""
    up = ups().start().all_run()
    up.event("settled")
    home = opened(up)
    sent, action = outbox(up), first_waiting(home.kernel)
    approve(home.kernel, action.id, window=1)

    for name in CHILDREN:
        killed = up.kill(name)
        assert eventually(lambda name=name, killed=killed: up.child(name).pid not in (None, killed))

    assert eventually(lambda: up.answers() is not None)
    assert eventually(lambda: state_of(home.kernel, action.id) is ActionState.COMMITTED)
    assert outbox(up) == sent + 1
    assert [up.child(one).restarts for one in CHILDREN] == [1, 1, 1]
    assert [up.child(one).last_exit for one in CHILDREN] == ["signal SIGKILL"] * 3
    assert verify_ledger(home.ledger, home.kernel.vault).ok
    home.ledger.close()


def test_children_end_themselves_when_their_supervisor_is_killed(ups: Ups) -> None:
    """Nothing outlives a killed supervisor, and the next start finds ports and lock free."""
    up = ups().start().all_run()
    groups = up.groups()

    up.process.kill()
    up.process.wait()

    assert eventually(lambda: living(groups) == [])
    assert not up.is_listening()
    again = ups(port=up.port).start()
    again.event("settled")
    assert again.end() == 0


def test_a_second_one_on_the_same_home_is_refused(ups: Ups) -> None:
    """The second says which process works there, and leaves the first alone."""
    up = ups().start()
    up.event("console")

    code, told = ups().run()

    assert code == 1
    assert told[0]["error"]["code"] == "already_running"
    assert told[0]["error"]["pid"] == up.process.pid
    assert up.process.poll() is None


def test_a_taken_port_is_named(ups: Ups) -> None:
    """A port that something else listens on is named before anything starts."""
    up = ups()
    with socket.create_server(("127.0.0.1", up.port + 1)):
        code, told = up.run()

    assert code == 1
    assert told[0]["error"]["code"] == "port_taken"
    assert told[0]["error"]["port"] == up.port + 1
    assert not (up.home / "run/status.json").exists()


def test_a_business_file_that_does_not_validate_stops_the_start(ups: Ups) -> None:
    """What only the operator can mend is said once, instead of starting again and again."""
    first = ups().start()
    first.event("console")
    first.end()
    (first.home / "business/operator.yaml").write_text("name: [")

    up = ups()
    code, told = up.run()

    assert code == 1
    assert told[-1]["error"]["code"] == "configuration_invalid"
    assert not up.is_listening()


def test_without_a_home_nothing_is_made(ups: Ups) -> None:
    """Only the demo makes a home; otherwise the remedy names `aios init`."""
    up = ups("--port", "1")

    code, told = up.run()

    assert code == 1
    assert told[0]["error"]["code"] == "home_missing"
    assert not up.home.exists()


def test_what_was_approved_before_the_end_goes_after_the_next_start(ups: Ups) -> None:
    """An undo window that outlives the processes is kept, and one mail goes in the end."""
    up = ups().start().all_run()
    up.event("settled")
    home = opened(up)
    sent, action = outbox(up), first_waiting(home.kernel)
    approve(home.kernel, action.id, window=1)
    up.end()
    state = state_of(home.kernel, action.id)

    again = ups(port=up.port).start()

    assert state in (ActionState.SCHEDULED, ActionState.COMMITTED)
    assert eventually(lambda: state_of(home.kernel, action.id) is ActionState.COMMITTED)
    assert outbox(again) == sent + 1
    home.ledger.close()


def test_logs_are_private_and_hold_no_mail(ups: Ups) -> None:
    """Each process has its log; no address of the sample's mail stands in one."""
    up = ups().start().all_run()
    up.event("settled")
    up.end()

    logs = sorted((up.home / "logs").iterdir())

    assert "gateway.log" in [one.name for one in logs]
    assert "up.log" in [one.name for one in logs]
    assert all(one.stat().st_mode & 0o077 == 0 for one in logs)
    assert all(b"@" not in one.read_bytes() for one in logs)
    assert all(b"token=" not in one.read_bytes() for one in logs)


def test_the_supervisor_stays_light(ups: Ups) -> None:
    """The supervisor's process has loaded neither Dagster nor a database driver."""
    import psutil

    up = ups().start()
    up.event("console")

    loaded = {one.path for one in psutil.Process(up.process.pid).memory_maps()}

    assert not any("sqlite" in one or "grpc" in one or "greenlet" in one for one in loaded)

"""Proves the fault proxy: each fault does to client and server what its name says."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from resources.testing.fault_plan import Fault, Kind
from resources.testing.fault_proxy import FaultProxy
from resources.testing.fault_proxy_process import FaultProxyProcess
from tests.integration.line_server import LineServer, line_server
from tests.patience import PATIENCE, eventually

SECOND = rb"second\n"


@pytest.fixture
def server() -> Iterator[LineServer]:
    """Serve lines."""
    with line_server() as serving:
        yield serving


@pytest.fixture
def proxy(server: LineServer) -> Iterator[FaultProxy]:
    """Stand before the server of lines."""
    with FaultProxy(target=server.address) as running:
        yield running


def client(port: int) -> "closing[socket.socket]":
    """Connect; each byte sent goes at once."""
    one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return closing(one)


def ask(one: socket.socket, line: bytes) -> bytes:
    """Send a line and return its answer, as far as it comes."""
    one.sendall(line)
    return answer(one)


def answer(one: socket.socket) -> bytes:
    """Read up to the end of a line or of the connection."""
    got = b""
    while not got.endswith(b"\n") and (byte := one.recv(1)):
        got += byte
    return got


def test_without_a_fault_everything_passes(server: LineServer, proxy: FaultProxy) -> None:
    """Bytes and ends pass both ways; several clients are counted."""
    with client(proxy.port) as one, client(proxy.port) as two:
        assert ask(one, b"first\n") == b"got first\n"
        assert ask(two, b"second\n") == b"got second\n"
        one.shutdown(socket.SHUT_WR)

        assert one.recv(1) == b""

    assert (server.lines, proxy.connections) == ([b"first\n", b"second\n"], 2)
    assert proxy.plan.played == ()


def test_drop_before_never_reaches_the_server(server: LineServer, proxy: FaultProxy) -> None:
    """The client sees a reset, the server never gets the request and sees the end."""
    proxy.plan.arm(Fault(kind="drop_before", pattern=SECOND))

    with client(proxy.port) as one:
        ask(one, b"first\n")
        with pytest.raises(ConnectionResetError):
            ask(one, b"second\n")

    assert server.closed.wait(PATIENCE)
    assert server.lines == [b"first\n"]
    assert [(p.kind, p.matched, p.reply) for p in proxy.plan.played] == [
        ("drop_before", b"second\n", b"")
    ]


def test_commit_then_drop_reaches_the_server(server: LineServer, proxy: FaultProxy) -> None:
    """The server takes the request and answers; the client sees a reset and no answer."""
    proxy.plan.arm(Fault(kind="commit_then_drop", pattern=SECOND))

    with client(proxy.port) as one:
        ask(one, b"first\n")
        with pytest.raises(ConnectionResetError):
            ask(one, b"second\n")

    assert server.lines == [b"first\n", b"second\n"]
    assert [played.reply for played in proxy.plan.played] == [b"got second\n"]


def test_truncate_passes_half_of_the_reply(server: LineServer, proxy: FaultProxy) -> None:
    """The client gets the first half of the answer, then the end of the connection."""
    proxy.plan.arm(Fault(kind="truncate", pattern=SECOND))

    with client(proxy.port) as one:
        got = ask(one, b"second\n")

        assert (got, one.recv(1)) == (b"got s", b"")

    assert server.lines == [b"second\n"]


@pytest.mark.parametrize("kind", ["delay", "slow_drip"])
def test_slow_replies_arrive_whole(kind: Kind, server: LineServer, proxy: FaultProxy) -> None:
    """A late or dripping answer is the same answer, and the connection goes on."""
    proxy.plan.arm(Fault(kind=kind, pattern=SECOND, seconds=0.01))

    with client(proxy.port) as one:
        assert ask(one, b"second\n") == b"got second\n"
        assert ask(one, b"third\n") == b"got third\n"

    assert [played.kind for played in proxy.plan.played] == [kind]
    assert server.lines == [b"second\n", b"third\n"]


def test_long_delay_leaves_the_client_without_an_answer(proxy: FaultProxy) -> None:
    """A delay beyond a client's patience is a hanging server to it; stopping the proxy ends it."""
    proxy.plan.arm(Fault(kind="delay", pattern=SECOND, seconds=PATIENCE))

    with client(proxy.port) as one:
        one.settimeout(0.05)
        with pytest.raises(TimeoutError):
            ask(one, b"second\n")

    assert eventually(lambda: len(proxy.plan.played) == 1)


def test_duplicate_repeats_what_was_matched(server: LineServer, proxy: FaultProxy) -> None:
    """The server gets the matched bytes twice in a row, the client gets both answers."""
    proxy.plan.arm(Fault(kind="duplicate", pattern=SECOND))

    with client(proxy.port) as one:
        one.sendall(b"first\nsecond\nthird\n")

        answers = [answer(one) for _ in range(4)]

    assert answers == [b"got first\n", b"got second\n", b"got second\n", b"got third\n"]
    assert server.lines == [b"first\n", b"second\n", b"second\n", b"third\n"]


def test_pattern_is_met_however_tcp_cuts_it(server: LineServer, proxy: FaultProxy) -> None:
    """A pattern over three segments is met at its last byte; what went before went on."""
    proxy.plan.arm(Fault(kind="drop_before", pattern=rb"one\ntwo\nthree\n"))

    with client(proxy.port) as one:
        assert ask(one, b"one\n") == b"got one\n"
        assert ask(one, b"two\n") == b"got two\n"
        with pytest.raises(ConnectionResetError):
            ask(one, b"three\n")

    assert server.lines == [b"one\n", b"two\n"]


def test_what_passed_before_arming_is_not_met(proxy: FaultProxy) -> None:
    """A fault meets only what comes after it was armed."""
    with client(proxy.port) as one:
        ask(one, b"second\n")
        proxy.plan.arm(Fault(kind="drop_before", pattern=SECOND))

        assert ask(one, b"third\n") == b"got third\n"

    assert proxy.plan.is_armed


def test_fault_is_played_as_often_as_planned(proxy: FaultProxy) -> None:
    """It lets `passes` matches through, is played `times` times, then it is over."""
    proxy.plan.arm(Fault(kind="truncate", pattern=SECOND, passes=1, times=2))

    got: list[bytes] = []
    for _ in range(4):
        with client(proxy.port) as one:
            got.append(ask(one, b"second\n"))

    assert got == [b"got second\n", b"got s", b"got s", b"got second\n"]
    assert not proxy.plan.is_armed


def test_disarmed_faults_are_not_played(proxy: FaultProxy) -> None:
    """What was disarmed is forgotten."""
    proxy.plan.arm(Fault(kind="drop_before", pattern=SECOND))
    proxy.plan.disarm()

    with client(proxy.port) as one:
        assert ask(one, b"second\n") == b"got second\n"


def test_pattern_that_is_none_is_refused(proxy: FaultProxy) -> None:
    """A mistake in a pattern shows when it is armed, not by a fault that never comes."""
    with pytest.raises(re.error):
        proxy.plan.arm(Fault(kind="delay", pattern=rb"(unclosed"))


def test_server_that_is_away_is_a_reset() -> None:
    """Without a server behind it the proxy resets whoever comes."""
    with line_server() as gone:
        address = gone.address

    with (
        FaultProxy(target=address) as proxy,
        pytest.raises(ConnectionResetError),  # sometimes as early as at connecting
        client(proxy.port) as one,
    ):
        answer(one)


def test_own_process_plays_and_reports(server: LineServer) -> None:
    """As a process of its own it is armed by commands, and tells bytes as they were."""
    with FaultProxyProcess(target=server.address) as proxy:
        proxy.arm(Fault(kind="commit_then_drop", pattern=rb"\xff\n"))
        with client(proxy.port) as one, pytest.raises(ConnectionResetError):
            ask(one, b"\xff\n")
        report = proxy.report()
        proxy.arm(Fault(kind="delay", pattern=SECOND))
        proxy.disarm()

        assert report["played"] == [
            {
                "kind": "commit_then_drop",
                "connection": 1,
                "matched": "\xff\n",
                "reply": "got \xff\n",
            }
        ]
        assert (report["connections"], proxy.report()["is_armed"]) == (1, False)

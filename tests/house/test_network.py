"""Proves that no test can reach beyond this machine, whatever the code under test does."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_a_connection_beyond_this_machine_is_refused() -> None:
    """Connecting to any address but loopback fails before a packet leaves."""
    with socket.socket() as client, pytest.raises(SocketConnectBlockedError):
        client.connect(("0.0.0.1", 9))


def test_a_connection_to_this_machine_works() -> None:
    """Loopback stays open for the servers that tests start."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())

        assert client.getpeername() == server.getsockname()

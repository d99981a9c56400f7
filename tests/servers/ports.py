"""Owns free ports of this machine, waiting until a server answers on one, and killing it."""

import contextlib
import os
import socket
import time
from itertools import count

import psutil

PATIENCE_SECONDS = 30.0
_PORTS = (20_000, 32_000)
"""Below those that the machine gives to whoever connects: such a one is taken before we start."""
_TURNS = count(os.getpid() * 331)
"""Processes beside one another begin at places of their own."""


def free_ports(number: int) -> list[int]:
    """Return that many ports in a row that nothing has bound now."""
    first, end = _PORTS
    places = (end - first) // number
    for turn in _TURNS:
        port = first + turn % places * number
        row = [port + offset for offset in range(number)]
        if all(is_free(one) for one in row):
            return row
    raise AssertionError


def is_free(port: int) -> bool:
    """Return whether a server could listen on a port now."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_for(port: int) -> None:
    """Return as soon as something takes connections on a port; raises TimeoutError."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing answers on port {port}")


def kill_tree(pid: int) -> None:
    """End a process that a test started, and all its children, by SIGKILL."""
    master = psutil.Process(pid)
    all_of_them = [*master.children(recursive=True), master]
    for one in all_of_them:
        with contextlib.suppress(psutil.NoSuchProcess):  # a child may end by itself meanwhile
            one.kill()
    psutil.wait_procs(all_of_them, PATIENCE_SECONDS)

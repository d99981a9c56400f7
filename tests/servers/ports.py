"""Owns free ports of this machine, waiting until a server answers on one, and killing it."""

import contextlib
import socket
import time

import psutil

PATIENCE_SECONDS = 30.0


def free_ports(count: int) -> list[int]:
    """Return that many ports that nothing listens on now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


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

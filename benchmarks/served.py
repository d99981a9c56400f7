"""Owns the console in a process of its own, for benchmarks that ask it over HTTP.

Run by them: python -m benchmarks.served HOME PORT
"""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from aios_defs.console.app import console_app
from aios_defs.console.desk import Desk
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.settings.environment import load_settings
from resources.home import open_home

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return one.getsockname()[1]


@contextmanager
def serving(home: Path, port: int) -> Iterator[None]:
    """Serve a home's console in another process until the block ends."""
    command = [sys.executable, "-m", "benchmarks.served", str(home), str(port)]
    with subprocess.Popen(command) as process:
        try:
            _await(port)
            yield
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the console did not come up")


def main() -> None:
    """Serve until it is ended."""
    home = open_home(load_settings({"AIOS_HOME": sys.argv[1]}))
    port = int(sys.argv[2])
    desk = Desk(home=home, lane=InteractiveLane(home.kernel), origin=f"http://{HOST}:{port}")
    uvicorn.run(console_app(desk), host=HOST, port=port, log_level="error", lifespan="off")


if __name__ == "__main__":
    main()

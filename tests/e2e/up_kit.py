"""Owns `aios up` as a test starts it: a real supervisor with its real processes, ended by the test.

Ports are taken free from the machine, so that several may run beside one another.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from resources.process_status import ChildStatus, UpStatus, left_status
from tests.patience import PATIENCE, eventually
from tests.servers.database import home_environment
from tests.servers.ports import free_ports, is_free

CHILDREN = ("gateway", "code", "daemon")


def three_free_ports() -> int:
    """Return a port that is free together with the two behind it."""
    return free_ports(3)[0]


@dataclass(slots=True)
class Up:
    """One supervisor over a home; `events` are those it told so far."""

    home: Path
    words: tuple[str, ...] = ("--demo",)
    port: int = field(default_factory=three_free_ports)
    environment: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> "Up":
        """Start it; what it prints goes into a file beside the home."""
        with self._printed.open("ab") as out:
            self.process = subprocess.Popen(
                self._command(), stdout=out, stderr=out, env=self._environment(), process_group=0
            )
        return self

    def run(self) -> tuple[int, list[dict[str, Any]]]:
        """Start it and wait for its end; returns the exit code and what it told."""
        self.start()
        return self.process.wait(PATIENCE), self.told()

    def told(self) -> list[dict[str, Any]]:
        """Return the events told so far; an error is printed over several lines."""
        text = self._printed.read_text()
        if text.startswith("{\n"):
            return [json.loads(text)]
        return [json.loads(one) for one in text.splitlines() if one.endswith("}")]

    def event(self, name: str) -> dict[str, Any]:
        """Return the first event of a name, waited for."""
        assert eventually(lambda: any(one.get("event") == name for one in self.told())), self.told()
        return next(one for one in self.told() if one.get("event") == name)

    def status(self) -> UpStatus:
        """Return what the supervisor says of itself."""
        status = left_status(self.home)
        assert status is not None
        return status

    def child(self, name: str) -> ChildStatus:
        """Return one child as the status tells it."""
        return next(one for one in self.status().children if one.name == name)

    def all_run(self) -> "Up":
        """Wait until every child has been started."""
        assert eventually(lambda: left_status(self.home) is not None), self.told()
        assert eventually(lambda: all(one.pid for one in self.status().children))
        self.event("code")
        return self

    def groups(self) -> set[int]:
        """Return the process groups of the children as they are now."""
        return {one.pid for one in self.status().children if one.pid is not None}

    def kill(self, name: str) -> int:
        """Kill a child without warning and return the process id it had."""
        pid = self.child(name).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def answers(self, offset: int = 0) -> int | None:
        """Return the status of a GET on one of its ports; None while nothing answers."""
        connection = HTTPConnection("127.0.0.1", self.port + offset, timeout=5)
        try:
            connection.request("GET", "/login")
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def is_listening(self) -> bool:
        """Return whether anything listens on one of the three ports."""
        return not all(is_free(self.port + offset) for offset in range(3))

    def clean(self) -> None:
        """End whatever a failed test left; the leash ends the children of one that is killed."""
        if self.process.poll() is None:
            try:
                self.end()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise

    @property
    def _printed(self) -> Path:
        return self.home.with_suffix(f".{id(self)}.out")

    def _command(self) -> list[str]:
        aios = Path(sys.executable).with_name("aios")
        return [str(aios), "up", "--json", "--no-browser", "--port", str(self.port), *self.words]

    def _environment(self) -> dict[str, str]:
        return os.environ | home_environment(self.home) | self.environment


def living(groups: set[int]) -> list[int]:
    """Return the processes that live in some process groups."""
    return [pid for pid in psutil.pids() if _lives_in(pid, groups)]


def _lives_in(pid: int, groups: set[int]) -> bool:
    try:
        return os.getpgid(pid) in groups and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False

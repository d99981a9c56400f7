"""Owns telling whether a worker process is alive, so that a killed one's leases end at once.

A worker's name is `<place>-<pid>-<start>`: the start time of the process guards against a pid that
was given out again. The place is the host with its boot and its namespace of process ids, because
containers may share a host name. Of another place nothing can be known, so its leases run out by
time.
"""

import contextlib
import hashlib
import os
import socket
import subprocess
from pathlib import Path


class LocalWorkers:
    """Workers on this machine, by process id and start time."""

    def __init__(self, system: Path = Path("/proc")) -> None:
        """Name this process, in the place that `system` describes."""
        self._system = system
        self._place = _place(system)
        self._begin_process()

    @property
    def me(self) -> str:
        """The name of this process."""
        if os.getpid() != self._pid:
            self._begin_process()  # a fork: another process, another name
        return self._name

    def is_gone(self, name: str) -> bool:
        """Return whether that worker is dead for sure."""
        place, _, rest = name.partition("-")
        pid, _, started = rest.partition("-")
        if place != self._place or not pid.isdigit():
            return False
        return _started(int(pid)) != started

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._name = f"{self._place}-{self._pid}-{_started(self._pid)}"


def _place(system: Path) -> str:
    """Return a short hash of where process ids mean the same; other systems know the host only."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append((system / "sys/kernel/random/boot_id").read_text().strip())
    with contextlib.suppress(OSError):
        parts.append(str((system / "self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _started(pid: int) -> str:
    """Return when a process began, in the words of this system; empty when it is not there."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        is_dead = fields[0] in "ZX"
        return "" if is_dead else fields[19]
    shown = subprocess.run(  # noqa: S603 - a fixed command with a number
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "".join(shown.stdout.split())

"""Owns telling whether a worker process is alive, so that a killed one's leases end at once.

A worker's name is `<host>-<pid>-<start>`: the start time of the process guards against a pid that
was given out again. Of another host nothing can be known, so its leases run out by time.
"""

import hashlib
import os
import socket
import subprocess
from pathlib import Path


class LocalWorkers:
    """Workers on this machine, by process id and start time."""

    def __init__(self) -> None:
        """Name this process; a forked child needs one of its own."""
        self._host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]
        self._pid = os.getpid()
        self._name = f"{self._host}-{self._pid}-{_started(self._pid)}"

    @property
    def me(self) -> str:
        """The name of this process."""
        if os.getpid() != self._pid:
            self.__init__()  # a fork: another process, another name
        return self._name

    def is_gone(self, name: str) -> bool:
        """Return whether that worker is dead for sure."""
        host, _, rest = name.partition("-")
        pid, _, started = rest.partition("-")
        if host != self._host or not pid.isdigit():
            return False
        return _started(int(pid)) != started


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

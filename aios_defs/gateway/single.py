"""Owns that one supervisor works on a home: a lock that the system takes back when it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aios_defs.core.errors import AlreadyRunning

_NAME = "up.lock"


@contextmanager
def only_one(run_folder: Path) -> Iterator[None]:
    """Hold the home's lock for the time of a block; the file names the process.

    Raises:
        AlreadyRunning: another process holds it.

    """
    file = os.open(run_folder / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _running(os.read(file, 20).decode(errors="replace").strip()) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _running(pid: str) -> AlreadyRunning:
    return AlreadyRunning(
        f"Another `aios up` works on this home (process {pid or 'unknown'}).",
        remedy="Use that one (a way in: aios login), or end it first: Ctrl-C, or SIGTERM.",
        pid=int(pid) if pid.isdigit() else None,
    )

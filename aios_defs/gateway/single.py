"""Owns that one supervisor works on a home, and on one of its copies on this machine.

Both are locks that the system takes back when their process dies. A copy, such as a restored
backup, is known by its keys, which are those of the home it was made of.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aios_defs.core.errors import AlreadyRunning
from resources.user_folder import user_folder

_NAME = "up.lock"
_MOST = 4096


@contextmanager
def only_one(run_folder: Path) -> Iterator[None]:
    """Hold the home's lock for the time of a block; the file names the process.

    Raises:
        AlreadyRunning: another process holds it.

    """
    with _locked(run_folder / _NAME, str(os.getpid()), _running):
        yield


@contextmanager
def only_copy(home: Path) -> Iterator[None]:
    """Hold, for the time of a block, the lock that a home and its copies on this machine share.

    A home without keys, which has not begun, has no copies; keys that can't be read are told by
    what opens the home.

    Raises:
        AlreadyRunning: a copy of the home, or the home that this one is a copy of, holds it.

    """
    mark = _mark(home)
    if not mark:
        yield
        return
    line = f"{os.getpid()} {home.absolute()}"
    with _locked(user_folder() / f"{mark}.lock", line, _copy_running):
        yield


@contextmanager
def _locked(path: Path, line: str, held: Callable[[str], AlreadyRunning]) -> Iterator[None]:
    """Hold a lock whose file says who holds it; raises what `held` makes of that."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise held(os.read(file, _MOST).decode(errors="replace").strip()) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{line}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _mark(home: Path) -> str:
    """Return what all copies of a home share, read by another process: this one stays small."""
    if not (home / "keys.db").exists():
        return ""
    command = [sys.executable, "-m", "resources.copy_mark", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    return done.stdout


def _running(pid: str) -> AlreadyRunning:
    return AlreadyRunning(
        f"Another `aios up` works on this home (process {pid or 'unknown'}).",
        remedy="Use that one (a way in: aios login), or end it first: Ctrl-C, or SIGTERM.",
        pid=int(pid) if pid.isdigit() else None,
    )


def _copy_running(line: str) -> AlreadyRunning:
    pid, _, other = line.partition(" ")
    return AlreadyRunning(
        f"A copy of this home works: {other} (process {pid}). Both would answer the same mail.",
        remedy="Go on with that one, or end it for good before you start this one.",
        pid=int(pid) if pid.isdigit() else None,
    )

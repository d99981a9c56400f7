"""Owns making Dagster's storage of a home: by one process at a time, whole or not at all.

Dagster makes its databases when an instance is opened, and two processes that do so at once, or one
that is killed on the way, leave a storage that opens never again. A mark says that it is whole.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from resources.store.dagster_place import DagsterPlace

T = TypeVar("T")

_STORAGE, _WHOLE, _LOCK = "storage", "whole", "storage.lock"


def open_whole(folder: Path, place: DagsterPlace | None, open_it: Callable[[], T]) -> T:
    """Return what opening gives, over a storage that is whole; `folder` is DAGSTER_HOME.

    One that was made in part is made anew: it is a view. Raises whatever opening raises.
    """
    mark = folder / _STORAGE / (f"{_WHOLE}-{place.name}" if place else _WHOLE)
    if mark.exists():
        return open_it()
    with _alone(folder):
        if mark.exists():
            return open_it()
        if place:
            place.make()
        opened = _made(folder, place, open_it)
        mark.parent.mkdir(mode=0o700, exist_ok=True)
        mark.touch(mode=0o600)
        return opened


def _made(folder: Path, place: DagsterPlace | None, open_it: Callable[[], T]) -> T:
    if place is None:
        # Dagster opens a file that has no tables yet without a word, and fails when it reads them.
        shutil.rmtree(folder / _STORAGE, ignore_errors=True)
    try:
        return open_it()
    except Exception:
        if place is None:
            raise
        place.forget()
    return open_it()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)

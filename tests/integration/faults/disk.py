"""Owns a small disk for tests: a real file system in memory, to fill and to make read-only.

Mounting asks for the rights of root; without them the tests of disks are skipped and say so.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEGABYTE = 1024 * 1024


class Disk:
    """A mounted disk at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, *, leave: int = 0) -> None:
        """Take all room but so many bytes."""
        with (self.path / "ballast").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                size = file.tell()
            file.truncate(max(0, size - leave))

    def free(self) -> None:
        """Give the room back."""
        (self.path / "ballast").unlink()

    def mount_again(self, how: str) -> None:
        """Mount it read-only (`ro`) or for writing (`rw`)."""
        assert _mount("-o", f"remount,{how}", str(self.path)) == 0


@contextmanager
def mounted(path: Path, megabytes: int = 8) -> Iterator[Disk]:
    """Mount a disk of that size, and take it away at the end."""
    path.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        pytest.skip("a small disk is mounted with the rights of root")
    if _mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "none", str(path)):
        pytest.skip("mount (package mount) can't mount a tmpfs here")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=False)


def _mount(*words: str) -> int:
    ran = subprocess.run(["mount", *words], check=False, capture_output=True)
    return ran.returncode

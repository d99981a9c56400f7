"""Owns the log of one process: a file that is bound in size, readable by its owner only.

What a full disk refuses is dropped: a log never stops the process that writes it.
"""

import contextlib
import os
from pathlib import Path

FOLDER = "logs"
MOST_BYTES, KEPT = 1_000_000, 3
"""How long a file may get, and how many older ones (`.1` the youngest) stay beside it."""


class LogFile:
    """Appends to `<folder>/<name>.log` and turns it over when it is full."""

    def __init__(self, folder: Path, name: str, *, most: int = MOST_BYTES) -> None:
        """Name the file; it is opened when something is written."""
        self._path = folder / f"{name}.log"
        self._most = most
        self._fd: int | None = None
        self._size = 0

    def write(self, text: bytes) -> None:
        """Append; a turn-over comes before the text that would make the file too long."""
        text = text[-self._most :]
        with contextlib.suppress(OSError):
            fd = self._opened()
            if self._size + len(text) > self._most:
                self._turn_over()
                fd = self._opened()
            self._size += os.write(fd, text)

    def close(self) -> None:
        """Close the file; the next text opens it again."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _opened(self) -> int:
        if self._fd is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._size = os.fstat(self._fd).st_size
        return self._fd

    def _turn_over(self) -> None:
        self.close()
        for number in range(KEPT - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self._older(number).replace(self._older(number + 1))
        self._path.replace(self._older(1))

    def _older(self, number: int) -> Path:
        return self._path.with_suffix(f".log.{number}")

"""Owns reading a text file of unknown encoding by bounded lines, whatever stands in it.

UTF-8 and UTF-16 are told by their marks or their bytes; what is neither is Windows-1252, of which
ISO 8859-1 is a part. A line beyond the limit is cut, and the rest of it passed over.
"""

import codecs
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.errors import OutsideFailed

LONGEST = 1024 * 1024
"""Characters of the longest line that is understood."""
_CHUNK = 256 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line with its end, from 1; `done` counts characters up to behind it."""

    number: int
    text: str
    done: int
    is_cut: bool = False


@contextmanager
def guarded(path: Path) -> Generator[None]:
    """Translate what the system says of a file; raises OutsideFailed."""
    try:
        yield
    except OSError as error:
        raise OutsideFailed(
            f"{str(path)!r} can't be read ({error.strerror or type(error).__name__}).",
            remedy="Check that it is there and may be read; the import goes on where it was.",
            retryable=False,
        ) from error


def encoding_of(path: Path) -> str:
    """Return the encoding of a file, reading all of it in parts; raises OutsideFailed."""
    with guarded(path), path.open("rb") as file:
        head = file.read(_CHUNK)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        if len(head) > 1 and head.count(0) > len(head) // 4:
            return "utf-16-le" if head[1] == 0 else "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while head:
                decoder.decode(head)
                head = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def lines(path: Path, encoding: str) -> Iterator[Line]:
    """Yield the lines of a file; raises OutsideFailed."""
    done = 0
    with guarded(path), path.open(encoding=encoding, errors="replace", newline="") as file:
        number = 0
        while text := file.readline(LONGEST):
            number, done, is_cut = number + 1, done + len(text), False
            while not text.endswith(("\n", "\r")) and (rest := file.readline(LONGEST)):
                is_cut, done = True, done + len(rest)
                if rest.endswith(("\n", "\r")):
                    break
            yield Line(number=number, text=text, done=done, is_cut=is_cut)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFile:
    """What every source of one file says of itself; the file is at `path`."""

    path: Path

    @property
    def name(self) -> str:
        """The file's path, the same for every way to it."""
        return str(self.path.resolve())

    def state(self) -> str:
        """Return its size and when it was last written."""
        return file_state(self.path)

    def total(self) -> int:
        """Return its size in bytes."""
        return file_size(self.path)


def file_state(path: Path) -> str:
    """Return a file's size and when it was last written; raises OutsideFailed."""
    with guarded(path):
        found = path.stat()
    return f"{found.st_size}:{found.st_mtime_ns}"


def file_size(path: Path) -> int:
    """Return a file's size in bytes; raises OutsideFailed."""
    with guarded(path):
        return path.stat().st_size

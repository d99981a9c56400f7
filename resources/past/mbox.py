"""Owns reading an mbox file as it lies there, plain or compressed by gzip, one message at a time.

A message begins at a line `From …` that names a date and stands first or after an empty line (RFC
4155; that no other line splits one keeps mboxcl2, which quotes nothing, whole). Lines `>From ` lose
one `>` (mboxrd); in an old mboxo a line that was quoted by its writer loses one as well.
"""

import gzip
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, cast

from aios_defs.core.errors import OutsideFailed, UsageInvalid
from aios_defs.core.past import Found
from resources.connectors.mail.limits import MAX_MESSAGE_BYTES

_GZIP = b"\x1f\x8b"
_LINE = 64 * 1024
_SEPARATOR = re.compile(rb"From .*\d{1,2}:\d{2}.*\d{4}|From .*\d{4}.*\d{1,2}:\d{2}")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_ASCTIME = re.compile(rb"([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2})?)\D.*?(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mbox:
    """The mbox file at `path`; positions are bytes of what it holds uncompressed."""

    path: Path
    kind: str = "mbox"

    @property
    def name(self) -> str:
        """The file's path, the same for every way to it."""
        return f"mbox:{self.path.resolve()}"

    def state(self) -> str:
        """Return its size and when it was last written."""
        with self._guarded():
            found = self.path.stat()
        return f"{found.st_size}:{found.st_mtime_ns}"

    def total(self) -> int:
        """Return its size in bytes, as it lies there."""
        with self._guarded():
            return self.path.stat().st_size

    def items(self, after: str) -> Iterator[Found]:
        """Yield its messages from a position on; raises as PastSource says."""
        with self._guarded(), self.path.open("rb") as file:
            is_packed = file.read(2) == _GZIP
            file.seek(0)
            opened = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_packed else file
            start = int(after or 0)
            opened.seek(start)
            for message in _messages(opened, start):
                yield _found(message, file.tell())

    @contextmanager
    def _guarded(self) -> Generator[None]:
        try:
            yield
        except (OSError, EOFError, zlib.error) as error:
            what = getattr(error, "strerror", None) or type(error).__name__
            raise OutsideFailed(
                f"The file {str(self.path)!r} can't be read ({what}).",
                remedy="Check that it is whole and may be read; the import goes on where it was.",
                retryable=False,
            ) from error


@dataclass(slots=True, kw_only=True)
class _Message:
    """A message as it is read: where it begins and ends, its separator, its lines so far."""

    start: int
    end: int
    separator: bytes
    lines: list[bytes]
    size: int = 0

    def add(self, line: bytes) -> None:
        """Keep a line, or of a message beyond every limit only its length."""
        self.end += len(line)
        if self.size <= MAX_MESSAGE_BYTES:
            self.lines.append(line)
            self.size += len(line)


def _messages(file: BinaryIO, start: int) -> Iterator[_Message]:
    message: _Message | None = None
    is_after_blank, is_line_start = True, True
    while line := file.readline(_LINE):
        is_separator = is_after_blank and line.startswith(b"From ")
        if is_separator and _SEPARATOR.match(line):
            if message is not None:
                yield message
            begin = message.end if message is not None else start
            message = _Message(start=begin, end=begin + len(line), separator=line, lines=[])
            is_after_blank, is_line_start = False, True
            continue
        if message is None:
            if line.strip():
                raise _no_mbox()
            start += len(line)
            continue
        message.add(line)
        is_after_blank = is_line_start and line in (b"\n", b"\r\n")
        is_line_start = line.endswith(b"\n")
    if message is not None:
        yield message


def _found(message: _Message, done: int) -> Found:
    raw = b"".join(message.lines)
    message.lines.clear()
    if raw.endswith((b"\n\n", b"\r\n\r\n")):
        raw = raw[: -2 if raw.endswith(b"\r\n") else -1]
    if b">From " in raw:
        raw = _QUOTED.sub(rb"\1", raw)
    return Found(
        ref=str(message.start),
        place=f"byte {message.start} of the file",
        after=str(message.end),
        stored_at=_separator_date(message.separator),
        raw=raw[: MAX_MESSAGE_BYTES + 1],
        done=done,
    )


def _separator_date(line: bytes) -> datetime | None:
    """Return the date of a separator: asctime in UTC, with or without an offset, or None."""
    found = _ASCTIME.search(line)
    if found is None:
        return None
    month, day, clock, year = (one.decode("ascii") for one in found.groups())
    try:
        return parsedate_to_datetime(f"{day} {month} {year} {clock} +0000").astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _no_mbox() -> UsageInvalid:
    return UsageInvalid(
        "This file is no mbox: no line `From …` with a date begins it.",
        remedy="Name an mbox file (also .gz) or a Maildir folder.",
    )

"""Owns keeping each digest as a text file in the home, apart from the ledger, and its head.

A file's name comes from the key and it is linked exclusively, so a digest is one file. What stands
in these files is what an older copy of the ledger does not know (G1).
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from aios_defs.core.connector import Finding, Receipt
from aios_defs.core.errors import OutsideFailed, OutsideUncertain
from aios_defs.core.telling import Message, TellingKind

FOLDER = "digests"
_HEAD = re.compile(r"(?m)^Ledger head: ([0-9]{1,18}) ([0-9a-f]{64})$")
_MAX_BYTES = 1_000_000


class FolderMessenger:
    """The folder `digests/` of the home; it takes digests only."""

    channel = "folder"
    connector = None
    is_loopback = True

    def __init__(self, home: Path) -> None:
        """Keep where the folder is; the first digest makes it."""
        self._folder = home / FOLDER

    def takes(self, kind: TellingKind) -> bool:
        """Return whether it is a digest."""
        return kind == "digest"

    def send(self, message: Message, fence: Callable[[], None]) -> str:
        """Write the file, once for its key; returns its name."""
        target = self._target(message)
        draft = target.with_suffix(f".{os.getpid()}.new")
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            _write(draft, f"{message.title}\n\n{message.text}")
        except OSError as error:
            raise _failed(error) from error
        try:
            fence()
            os.link(draft, target)
        except FileExistsError:
            return target.name
        except OSError as error:
            raise OutsideUncertain(
                f"The digest could not be kept ({type(error).__name__}).", remedy=_REMEDY
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        return target.name

    def find(self, message: Message) -> Finding:
        """Tell whether the file is there."""
        target = self._target(message)
        if target.exists():
            return Finding(answer="found", receipt=Receipt(outside_ref=target.name))
        return Finding(answer="absent", reason="there is no such file")

    def _target(self, message: Message) -> Path:
        return self._folder / f"{message.made_at:%Y-%m-%d}-{message.key[:12]}.txt"


_REMEDY = "Look at the disk and at the folder digests/ of the home."


def kept_heads(home: Path) -> list[tuple[int, str, str]]:
    """Return the ledger heads that kept digests remember, by position: (position, hash, source).

    A file that can't be read, or names no head, is left out.
    """
    return sorted(_heads(home / FOLDER))


def _heads(folder: Path) -> Iterator[tuple[int, str, str]]:
    for file in folder.glob("*.txt"):
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                found = _HEAD.search(opened.read(_MAX_BYTES))
        except OSError:
            continue
        if found:
            yield int(found[1]), found[2], f"digest {file.name}"


def _write(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _failed(error: OSError) -> OutsideFailed:
    return OutsideFailed(
        f"The digest could not be kept ({type(error).__name__}).", remedy=_REMEDY, retryable=True
    )

"""Owns reading a Maildir (https://cr.yp.to/proto/maildir.html) that others use at the same time.

Nothing is moved, marked or deleted. A file that another program moves from `new` to `cur`, or whose
flags it changes, while we look, is found again under its unique name. What can't be read (no
permission, no regular file) is an item too, with no bytes: to skip it in silence would lose a mail.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from aios_defs.core.connector import Item
from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.inbound import Folder
from resources.connectors.mail.limits import MAX_KEPT_BYTES

_SUBFOLDERS = ("new", "cur")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""What a disk answers that takes nothing, whoever writes."""
_UNIX_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maildir:
    """One Maildir folder at `path`; its folders are made, for this user only, at first use."""

    path: Path

    def create(self) -> None:
        """Make the folders that are missing; raises OutsideFailed when that can't be done."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("tmp", *_SUBFOLDERS):
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise unreachable(self.path, error) from error

    def names(self) -> dict[str, Path]:
        """Return the file of each unique name; `new` is listed first, so that no move hides one."""
        self.create()
        found: dict[str, Path] = {}
        for sub in _SUBFOLDERS:
            folder = self.path / sub
            try:
                listed = sorted(entry.name for entry in os.scandir(folder))
            except OSError as error:
                raise unreachable(folder, error) from error
            found |= {unique_name(one): folder / one for one in listed if one[0] != "."}
        return found

    def count(self) -> int:
        """Return how many messages there are."""
        return len(self.names())

    def locate(self, unique: str) -> Path | None:
        """Return the file that has this unique name now, or None."""
        in_new = self.path / "new" / unique
        return in_new if os.path.lexists(in_new) else self.names().get(unique)

    def items(self, folder: Folder, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each message whose ref is not known yet."""
        for unique, path in self.names().items():
            ref = reference(folder, unique)
            if known(ref):
                continue
            item = self.item(ref, folder, unique, path)
            if item is not None:
                yield item

    def item(self, ref: str, folder: Folder, unique: str, path: Path) -> Item | None:
        """Read one message, following it if it is moved; None when it is gone or moves on."""
        for _ in range(3):
            try:
                raw, stored_at = _read(path)
            except FileNotFoundError:
                moved = self.names().get(unique)
                if moved is None:
                    return None
                path = moved
            except OSError:
                return Item(ref=ref, folder=folder, stored_at=_UNIX_EPOCH, raw=b"")
            else:
                return Item(ref=ref, folder=folder, stored_at=stored_at, raw=raw)
        return None

    def ailment(self, ref: str) -> str:
        """Return why the item of that ref has no bytes, for the message of its quarantine."""
        names = {_safe(unique): path for unique, path in self.names().items()}
        found = names.get(ref.partition(":")[2])
        try:
            mode = found.lstat().st_mode if found else 0
            if found is None:
                return "is gone from the mailbox"
            if not stat.S_ISREG(mode):
                return "is no regular file"
            return "is empty" if found.stat().st_size == 0 else _permission(found)
        except OSError as error:
            return f"can't be read ({error.strerror})"


def unique_name(name: str) -> str:
    """Return a Maildir file name without its flags."""
    return name.partition(":2,")[0]


def reference(folder: Folder, unique: str) -> str:
    """Return the ref of a message: folder and unique name, percent-encoded where it is no ASCII."""
    return f"{folder}:{_safe(unique)}"


def _safe(unique: str) -> str:
    return quote(os.fsencode(unique), safe="!+,=:@()[] ~$&';")


def _permission(path: Path) -> str:
    return "can be read now" if os.access(path, os.R_OK) else "can't be read (Permission denied)"


def _read(path: Path) -> tuple[bytes, datetime]:
    """Return the bytes (one more than are kept, at most) and the time the store received them.

    A symbolic link, folder or pipe is not followed or opened; it has no bytes for us.
    """
    described = path.lstat()
    stored_at = _instant(described.st_mtime)
    if not stat.S_ISREG(described.st_mode):
        return b"", stored_at
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return b"", stored_at
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read(MAX_KEPT_BYTES + 1), stored_at
        except OSError:
            return b"", stored_at


def _instant(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return _UNIX_EPOCH


def unreachable(path: Path, error: OSError) -> OutsideFailed:
    """Return the error of a mailbox that can't be listed or written; nothing happened there."""
    return OutsideFailed(
        f"The mailbox folder {str(path)!r} can't be used ({error.strerror}).",
        remedy="Check that the path in connectors.yaml is right, that the folder belongs to the "
        "user who runs aios, and that the disk is not full.",
        retryable=True,
        is_storage=error.errno in _NO_ROOM,
    )

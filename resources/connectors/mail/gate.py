"""Owns the gate: the one way by which a message gets into the outbox, at most once for its key.

A prepared private folder is renamed onto `aios-op/<key>`: atomic, and refused while a non-empty
folder stands there. Then the message is renamed out of it into `new`: atomic, and its source is
gone afterwards. Linking into `new` alone would be exclusive only until a mail program moves the
file away. Whoever is killed or paused in between, the effect is single, and the gate tells:

    no gate                 nothing was delivered
    gate with `message`     staged: nothing was delivered, the next attempt completes it
    gate without `message`  delivered

A live process that passed its fence and did not move the message yet may still do so; its lock on
`keep` tells (`is_under_way`).

`keep` stays in the gate for good: it names the content and its recipients (Bcc too: the envelope).
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Points
from resources.durable import sync_folder

FOLDER = "aios-op"
_ABANDONED_SECONDS = 3600
State = Literal["absent", "staged", "delivered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The gates of one outbox Maildir at `path`, which must exist."""

    path: Path
    points: Points

    def state(self, key: str) -> State:
        """Tell what became of the effect of a key."""
        if (self._of(key) / "message").exists():
            return "staged"
        return "delivered" if (self._of(key) / "keep").exists() else "absent"

    def kept(self, key: str) -> JsonObject:
        """Return what was kept of the effect of a key; raises FileNotFoundError without a gate."""
        return json.loads((self._of(key) / "keep").read_text(encoding="utf-8"))

    def is_under_way(self, key: str) -> bool:
        """Return whether a live process stands between its fence and the move of this key."""
        with (self._of(key) / "keep").open("rb") as keep:
            try:
                fcntl.flock(keep, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def prepare(self, message: bytes, keep: JsonObject) -> Path:
        """Write the private folder, durably; nothing is visible to anyone yet."""
        root = self.path / FOLDER
        root.mkdir(mode=0o700, exist_ok=True)
        private = Path(tempfile.mkdtemp(prefix=".", dir=root))
        self._sweep(root, private)
        write_new(private / "message", message)
        write_new(private / "keep", json.dumps(keep).encode("utf-8"))
        sync_folder(private)
        self.points.reached("mail.staged")
        return private

    def claim(self, private: Path, key: str) -> None:
        """Put the private folder in place; no error when the key has a gate already."""
        try:
            private.rename(self._of(key))
        except OSError:
            if self.state(key) == "absent":
                raise
            return
        sync_folder(self.path / FOLDER)
        self.points.reached("mail.gated")

    def deliver(self, key: str, fence: Callable[[], None]) -> None:
        """Move a staged message into `new`; no error when another attempt just did.

        From before the fence until the move a lock is held, which dies with its process.
        """
        with (self._of(key) / "keep").open("rb") as attempt:
            fcntl.flock(attempt, fcntl.LOCK_SH)
            fence()
            try:
                (self._of(key) / "message").rename(self.path / "new" / file_name(key))
            except FileNotFoundError:
                if self.state(key) != "delivered":
                    raise
        sync_folder(self._of(key))
        sync_folder(self.path / "new")
        self.points.reached("mail.delivered")

    def _of(self, key: str) -> Path:
        return self.path / FOLDER / key

    def _sweep(self, root: Path, own: Path) -> None:
        """Delete private folders that a killed attempt left long ago."""
        newest = own.stat().st_mtime
        for entry in os.scandir(root):
            is_private = entry.name.startswith(".") and entry.name != own.name
            if is_private and newest - entry.stat(follow_symlinks=False).st_mtime > (
                _ABANDONED_SECONDS
            ):
                discard(Path(entry.path))


def file_name(key: str) -> str:
    """Return the unique name of the effect of a key in the outbox."""
    return f"aios-{key}"


def discard(private: Path) -> None:
    """Delete a private folder that will not be used."""
    shutil.rmtree(private, ignore_errors=True)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, durably but for its name."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

"""Owns the journal of what an account sent by SMTP: one folder per key, on this machine.

    keep                staged: nothing was handed over
    keep, sending       the end of the data may have gone out; nobody but Sent can tell
    keep, accepted      the server took the mail
    unfiled/KEY         the mail itself, until its copy stands in Sent

`sending` is on the disk before the end of the data leaves. `keep` holds the digest of the content:
a key that was used for another content is refused. An attempt holds a lock on `keep`, which dies
with its process. A key is forgotten long after its action is over: its folder gets another name,
so that whoever is killed leaves it whole or gone, and its files go.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from aios_defs.core.ports import Points
from resources.connectors.mail.gate import write_new
from resources.connectors.mail.parse import is_key
from resources.durable import sync_folder

State = Literal["absent", "staged", "sending", "accepted"]
_GONE = ".gone-"
GRACE_SECONDS = 120.0
"""How long a server may take to file by itself what it sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The journal of one account under `path`; its folders are made at first use."""

    path: Path
    points: Points

    def state(self, key: str) -> State:
        """Tell how far the mail of a key came."""
        folder = self._of(key)
        if (folder / "accepted").exists():
            return "accepted"
        if (folder / "sending").exists():
            return "sending"
        return "staged" if (folder / "keep").exists() else "absent"

    def digest(self, key: str) -> str:
        """Return the digest of the content that the key stands for."""
        return (self._of(key) / "keep").read_text(encoding="ascii")

    def is_under_way(self, key: str) -> bool:
        """Return whether a live process is at this key."""
        try:
            with self.attempt(key):
                return False
        except BlockingIOError:
            return True

    def is_fresh(self, key: str) -> bool:
        """Return whether the end of the data went out a short time ago, by the disk's clock."""
        probe = self.path / ".now"
        probe.touch()
        sent_at = (self._of(key) / "sending").stat().st_mtime
        return probe.stat().st_mtime - sent_at < GRACE_SECONDS

    @contextlib.contextmanager
    def attempt(self, key: str) -> Generator[None]:
        """Hold the lock of a staged key; raises BlockingIOError when another process has it."""
        with (self._of(key) / "keep").open("rb") as keep:
            fcntl.flock(keep, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def open(self, key: str, digest: str) -> None:
        """Make the key's folder, durably, unless there is one."""
        folder = self._of(key)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.path / "unfiled").mkdir(mode=0o700, exist_ok=True)
        if not (folder / "keep").exists():
            private = folder / f".keep-{os.getpid()}"
            private.unlink(missing_ok=True)
            write_new(private, digest.encode("ascii"))
            with contextlib.suppress(FileExistsError):
                os.link(private, folder / "keep")
            private.unlink()
            sync_folder(folder)
            sync_folder(self.path)

    def stage(self, key: str, message: bytes) -> None:
        """Keep the mail of this attempt, durably, until it is filed or has failed."""
        copy = self.path / "unfiled" / key
        copy.unlink(missing_ok=True)
        write_new(copy, message)
        sync_folder(copy.parent)
        self.points.reached("mail.staged")

    def sending(self, key: str) -> None:
        """Write down, durably, that the end of the data goes out now."""
        (self._of(key) / "sending").touch()
        sync_folder(self._of(key))
        self.points.reached("mail.sending")

    def accepted(self, key: str) -> None:
        """Write down, durably, that the server took the mail."""
        (self._of(key) / "sending").replace(self._of(key) / "accepted")
        sync_folder(self._of(key))
        self.points.reached("mail.accepted")

    def failed(self, key: str) -> None:
        """Write down that nothing was sent, and drop the mail."""
        (self._of(key) / "sending").unlink(missing_ok=True)
        sync_folder(self._of(key))
        (self.path / "unfiled" / key).unlink(missing_ok=True)

    def unfiled(self) -> Iterator[tuple[str, bytes]]:
        """Yield key and bytes of each mail that was taken and stands in no Sent folder yet.

        Its lock is held until the next is asked for: what another process files is left to it.
        """
        folder = self.path / "unfiled"
        for one in sorted(folder.iterdir()) if folder.exists() else ():
            if self.state(one.name) != "accepted":
                continue
            with contextlib.suppress(BlockingIOError, FileNotFoundError), self.attempt(one.name):
                yield one.name, one.read_bytes()

    def filed(self, key: str) -> None:
        """Drop the mail: its copy stands where it should."""
        self.points.reached("mail.filed")
        (self.path / "unfiled" / key).unlink(missing_ok=True)

    def old_keys(self, before: datetime) -> Iterator[str]:
        """Yield the keys that were not touched since then, by the disk's clock."""
        for one in self.path.iterdir() if self.path.is_dir() else ():
            if one.name.startswith(_GONE):
                shutil.rmtree(one, ignore_errors=True)
            elif is_key(one.name) and one.stat().st_mtime < before.timestamp():
                yield one.name

    def forget(self, key: str) -> None:
        """Drop a key; one that an attempt holds, or whose mail is still to be filed, stays."""
        copy, gone = self.path / "unfiled" / key, self.path / f"{_GONE}{key}"
        if self.state(key) == "accepted" and copy.exists():
            return
        with contextlib.suppress(FileNotFoundError, BlockingIOError), self.attempt(key):
            self._of(key).rename(gone)
            copy.unlink(missing_ok=True)
            shutil.rmtree(gone, ignore_errors=True)

    def _of(self, key: str) -> Path:
        return self.path / key

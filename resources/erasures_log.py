"""Owns `erasures.log`: tombstones of who was forgotten, beside the home and beside its backups.

    {"event": …, "at": …, "profiles": […], "lookups": […], "home": …, "seal": …}

One line for each erasure, only ever appended, on the disk before the keys go. A lookup is the keyed
hash of a certain identity, and the key is in the home: the file tells nobody else anything. `home`
and the seal are by the same key: lines of other homes, whose backups lie in the same folder, are
left alone, and one of this home that was changed is found. A last line that was torn by a crash is
left out when reading, and ended before the next one.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.errors import BackupInvalid
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Vault
from resources.durable import sync_folder

NAME = "erasures.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """One erasure: its event, when (RFC 3339), the profiles, their certain identities' hashes."""

    event: str
    at: str
    profiles: tuple[str, ...]
    lookups: tuple[str, ...]

    def told(self) -> JsonObject:
        """Return it as a line holds it, without its seal."""
        return {
            "event": self.event,
            "at": self.at,
            "profiles": list(self.profiles),
            "lookups": list(self.lookups),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasuresLog:
    """The log at `path`, with lines of the home whose vault this is."""

    path: Path
    vault: Vault

    def add(self, stones: Sequence[Tombstone]) -> None:
        """Append those that are not there yet, durably."""
        known = {one.event for _, one in self._lines() if one} if self.path.exists() else set[str]()
        lines = [self._line(one) for one in stones if one.event not in known]
        if not lines:
            return
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            torn = b"\n" if size and file.read(1) != b"\n" else b""
            file.write(torn + b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def read(self) -> list[Tombstone]:
        """Return the tombstones of this home, oldest first.

        Raises:
            BackupInvalid: a line is damaged.
            OSError: there is no such file, or it can't be read.

        """
        found: list[Tombstone] = []
        for number, (line, stone) in enumerate(self._lines(), 1):
            if stone is not None:
                found.append(stone)
            elif line and not _is_torn(line) and not self._is_foreign(line):
                raise _damaged(number)
        return found

    def _lines(self) -> list[tuple[bytes, Tombstone | None]]:
        """Return each line with what it says, None where it is not of this home, or damaged."""
        lines = self.path.read_bytes().split(b"\n")
        return [(one, self._stone(one) if one else None) for one in lines]

    def _line(self, stone: Tombstone) -> bytes:
        told = {**stone.told(), "home": self._home(), "seal": self._seal(stone)}
        return canonical_bytes(told) + b"\n"

    def _home(self) -> str:
        return self.vault.digest("tombstones")[:16]

    def _is_foreign(self, line: bytes) -> bool:
        try:
            said = json.loads(line)
        except ValueError:
            return False
        home = said.get("home") if isinstance(said, dict) else None
        return isinstance(home, str) and home != self._home()

    def _seal(self, stone: Tombstone) -> str:
        return self.vault.digest("tombstone", canonical_bytes(stone.told()))

    def _stone(self, line: bytes) -> Tombstone | None:
        """Return what a line says, or None where it is torn or not of this home."""
        try:
            said = json.loads(line)
            stone = Tombstone(
                event=str(said["event"]),
                at=str(said["at"]),
                profiles=tuple(said["profiles"]),
                lookups=tuple(said["lookups"]),
            )
        except (ValueError, KeyError, TypeError):
            return None
        return stone if said.get("seal") == self._seal(stone) else None


def _is_torn(line: bytes) -> bool:
    """Return whether a crash cut a line short: it does not even end as JSON does."""
    return not line.endswith(b"}")


def _damaged(number: int) -> BackupInvalid:
    return BackupInvalid(
        f"Line {number} of the erasures log is damaged.",
        remedy="Take another copy of it: it lies in the old home, and beside each of its backups.",
        line=number,
    )

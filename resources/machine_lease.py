"""Owns that one machine works on a home: the file `run/machine` names it and its last sign of life.

A synced or network folder shows a home to several machines, whose locks do not see one another, and
SQLite written by two of them breaks. The sign goes with a clean end, and counts as over after a
quarter of an hour. It is as good as the folder is quick: it is no lock.
"""

import contextlib
import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aios_defs.core.errors import HomeElsewhere
from aios_defs.core.model import parse_rfc3339, rfc3339
from aios_defs.core.ports import Clock

LASTS = timedelta(minutes=15)
_NAME = Path("run", "machine")
_IDENTITY = Path("/etc/machine-id")


def this_machine(identity: Path = _IDENTITY) -> str:
    """Return a name that this machine keeps over restarts: its host name and a short hash."""
    host = socket.gethostname()
    with contextlib.suppress(OSError):
        return f"{host} ({hashlib.sha256(identity.read_bytes()).hexdigest()[:8]})"
    return host


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLease:
    """The sign of life of one machine in a home."""

    home: Path
    clock: Clock
    machine: str

    def check(self) -> None:
        """Raise HomeElsewhere while another machine gives signs of life; costs one small read."""
        found = self._read()
        if found is None or found[0] == self.machine:
            return
        name, since, seen = found
        if self.clock.now() - seen < LASTS:
            raise HomeElsewhere(
                f"Another machine works on this home: {name}, since {rfc3339(since)}, "
                f"last sign of life {rfc3339(seen)}.",
                remedy="End `aios up` there. Only if that machine is off for good: "
                "aios up --take-over",
                machine=name,
            )

    @contextmanager
    def held(self, *, take_over: bool = False) -> Iterator[Callable[[], None]]:
        """Hold the home for the time of a block; yields what gives the next sign of life.

        Raises:
            HomeElsewhere: another machine holds it, and it is not taken over.

        """
        if not take_over:
            self.check()
        since = self.clock.now()
        self._write(since)
        try:
            yield lambda: self._beat(since)
        finally:
            found = self._read()
            if found is not None and found[0] == self.machine:
                (self.home / _NAME).unlink(missing_ok=True)

    def _beat(self, since: datetime) -> None:
        """Give a sign of life; a disk that takes none, or another machine's sign, is left alone."""
        found = self._read()
        with contextlib.suppress(OSError):
            if found is None or found[0] == self.machine:
                self._write(since)

    def _read(self) -> tuple[str, datetime, datetime] | None:
        try:
            told = json.loads((self.home / _NAME).read_text(encoding="utf-8"))
            return told["machine"], parse_rfc3339(told["since"]), parse_rfc3339(told["seen"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, since: datetime) -> None:
        path = self.home / _NAME
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = {
            "machine": self.machine,
            "since": rfc3339(since),
            "seen": rfc3339(self.clock.now()),
        }
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(json.dumps(told))
        draft.replace(path)

"""Owns the outside world of the fake connectors: a folder that several processes share.

effects.log     one JSON line per delivered effect, appended and synced: duplicates are countable
filed.log       one JSON line per effect that the server shows in its sent folder
objects/KEY     what a server keeps by key or name (precondition, server_key, natural_key)
attempts/KEY    locked by the process that is about to send
taking/         marks of attempts that may be on the wire
faults/         which planned faults were used up
inbox/ sent/    raw messages to take in, one file each
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from aios_defs.core.connector import Item
from aios_defs.core.model import JsonObject

_STARTED = datetime(2026, 1, 1, tzinfo=UTC)


class FakeServer:
    """The shared folder at `path`; made at first use."""

    def __init__(self, path: Path) -> None:
        """Keep the path; opens nothing."""
        self.path = path

    def append(self, log: Literal["effects", "filed"], line: JsonObject) -> None:
        """Append one line durably, in one write."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(self._folder() / f"{log}.log", flags, 0o600)
        try:
            os.write(handle, json.dumps(line).encode("utf-8") + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def effects(self, key: str | None = None) -> list[JsonObject]:
        """Return every delivered effect in order, or those of one key."""
        return self._lines("effects", key)

    def filed(self, key: str) -> bool:
        """Return whether the sent folder shows the effect of a key."""
        return bool(self._lines("filed", key))

    @contextlib.contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """Hold the server's own lock of a key, as a server does within one request for it.

        Requests for other keys go on meanwhile, also those of this very process.
        """
        with (self._folder("requests") / key).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def attempting(self, key: str) -> Iterator[bool]:
        """Hold the attempt for a key; yields False while another live process holds it.

        The lock ends with its process, so a killed attempt holds nothing.
        """
        with (self._folder("attempts") / key).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def mark_taking(self, key: str) -> Path:
        """Note, durably enough for a kill, that an attempt for a key goes on the wire."""
        return self._claim("taking", key)

    def is_taking(self, key: str) -> bool:
        """Return whether an attempt for a key may be on the wire."""
        return any(self._folder("taking").glob(f"{key}.*"))

    def uses_fault(self, name: str, times: int) -> bool:
        """Return whether a fault planned that many times is due; each time counts once, ever."""
        if len(list(self._folder("faults").glob(f"{name}.*"))) >= times:
            return False
        self._claim("faults", name)
        return True

    def deliver(self, raw: bytes, folder: Literal["inbox", "sent"] = "inbox") -> str:
        """Put a raw message into a folder, as the outside would; returns its ref."""
        target = self._folder(folder)
        name = f"{len(list(target.iterdir())):06d}"
        (target / name).write_bytes(raw)
        return f"{folder}:{name}"

    def items(self, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each message that is not known yet."""
        for folder in ("inbox", "sent"):
            for path in sorted(self._folder(folder).iterdir()):
                ref = f"{folder}:{path.name}"
                if not known(ref):
                    yield Item(ref=ref, folder=folder, stored_at=_STARTED, raw=path.read_bytes())

    def count(self) -> int:
        """Return how many messages the inbox holds."""
        return len(list(self._folder("inbox").iterdir()))

    def _folder(self, name: str = ".") -> Path:
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _claim(self, folder: str, name: str) -> Path:
        number = 0
        while True:
            path = self._folder(folder) / f"{name}.{number}"
            with contextlib.suppress(FileExistsError):
                path.touch(exist_ok=False)
                return path
            number += 1

    def _lines(self, log: str, key: str | None) -> list[JsonObject]:
        path = self.path / f"{log}.log"
        if not path.exists():
            return []
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if key is None or line["key"] == key]


def wait_while_locked(gate: Path) -> None:
    """Block while another process holds an exclusive lock on `gate`; no such file, no waiting.

    A file `gate.reached` appears first, so that the other process knows that we stand here.
    """
    if not gate.exists():
        return
    gate.with_name(f"{gate.name}.reached").touch()
    with gate.open("r") as file:
        fcntl.flock(file, fcntl.LOCK_SH)

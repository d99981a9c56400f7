"""Owns what an audit sees of the log: events as they lie in the store, with their seals.

Two things are sealed with the head key: each event's hash, and the head (position and hash). Who
lacks that key can rewrite the log and its chain, but not the seals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from aios_defs.core.envelope import Envelope, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One row of the log. `envelope` is None when the row can't be read; `flaw` says why."""

    position: int
    envelope: Envelope | None
    seal: str
    flaw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedHead:
    """The stored head with its MAC, 64 hex characters."""

    position: int
    hash: str
    mac: str


class StoredLog(Protocol):
    """One consistent reading of the log as it lies in the store."""

    def count(self) -> int:
        """Return how many events there are, for progress."""
        ...

    def head(self) -> SealedHead | None:
        """Return the stored head, or None when it is gone or can't be read."""
        ...

    def events(self) -> Iterator[StoredEvent]:
        """Yield every row in order of position, streamed; never raises for what it finds."""
        ...

    def missing_guards(self) -> Sequence[str]:
        """Return the names of the store's own refusals (of UPDATE, DELETE) that are gone."""
        ...


def event_seal_content(event_hash: str) -> bytes:
    """Return the bytes that an event's seal is taken over: its hash, 32 bytes.

    Raises:
        ValueError: the hash is not hexadecimal.

    """
    return bytes.fromhex(event_hash)


def head_seal_content(head: Head | SealedHead) -> bytes:
    """Return the bytes that the head's MAC is taken over."""
    return f"{head.position}:{head.hash}".encode()

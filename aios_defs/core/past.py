"""Owns what an import reads: a source of older messages that stands still."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One message of a source, as bytes that nothing has interpreted yet.

    `ref` names it in its source, `place` says where it is for people (`byte 1024 of the file`).
    `after` is from where to go on once it is accounted for. `stored_at` is when the source says it
    was stored, or None. `done` counts in the unit of the source's `total`.
    """

    ref: str
    place: str
    after: str
    stored_at: datetime | None
    raw: bytes
    done: int


class PastSource(Protocol):
    """A mailbox of older messages: an mbox file, a Maildir, a folder of an IMAP account."""

    @property
    def kind(self) -> str:
        """`mbox`, `maildir` or `imap`; constant."""
        ...

    @property
    def name(self) -> str:
        """What tells it from every other source, such as its absolute path; constant."""
        ...

    def state(self) -> str:
        """Return a text that is another one when the source has changed under us.

        Raises:
            OutsideFailed: it can't be read.

        """
        ...

    def total(self) -> int:
        """Return how large the source is, in bytes or messages; raises OutsideFailed."""
        ...

    def items(self, after: str) -> Iterator[Found]:
        """Yield its messages in order, from `after` on (empty: from the beginning), streamed.

        A message larger than any that would be understood is cut off.

        Raises:
            OutsideFailed: it can't be read further; what came before was whole.
            UsageInvalid: it is no mailbox of this kind.

        """
        ...

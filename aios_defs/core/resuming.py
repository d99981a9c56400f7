"""Owns what a connector may do besides its protocol: go on where it left off, and hear of news.

Both are optional. A connector without them is scanned whole at each look, and looked at again every
few seconds.
"""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol, runtime_checkable

from aios_defs.core.connector import Item
from aios_defs.core.model import Model


class Mark(Model):
    """How far a scan has come: what it yielded before, and all that is older, needs no second look.

    `value` is the connector's own; it is kept once what came before it is accounted for, and given
    to the next scan. `renamed` says that from here on the items of that folder bear new refs: one
    whose ref is unknown may be known by its bytes.
    """

    value: str
    renamed: Literal["inbox", "sent"] | None = None


@runtime_checkable
class Resumable(Protocol):
    """A connector that need not yield again what it yielded before a mark."""

    def scan_from(self, mark: str, known: Callable[[str], bool]) -> Iterator[Item | Mark]:
        """Yield each item after the mark whose ref is not known, and marks in between.

        The empty mark stands for the very first scan; one that makes no sense any more (from
        another account, from the future) means all of it. Raises OutsideFailed as `scan` does; what
        was yielded before stays.
        """
        ...

    def has_news(self, mark: str, known: Callable[[str], bool]) -> bool:
        """Return whether a scan from the mark may yield something.

        Cheap, and asked every few seconds: a connector may answer from memory for as long as its
        `poll_seconds` say. Raises OutsideFailed, also from memory.
        """
        ...


class Stop(Protocol):
    """What ends a wait early, as threading.Event does."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds at most; returns whether it is time to end."""
        ...


class Listener(Protocol):
    """A connection of its own that hears of news; used by one thread."""

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait for news, at most so long; returns whether there may be some.

        Raises:
            OutsideFailed: the connection can't be made or broke; the next wait makes another.

        """
        ...

    def close(self) -> None:
        """Close the connection, if there is one; raises nothing."""
        ...


@runtime_checkable
class Telling(Protocol):
    """A connector whose store can tell that something came."""

    def listener(self) -> Listener | None:
        """Return what hears of news, or None when this account can only be asked."""
        ...

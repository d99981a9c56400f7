"""Owns the way in of a mail account as the connector sees it."""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

from aios_defs.core.connector import Item

Folder = Literal["inbox", "sent"]


class Inbound(Protocol):
    """One folder that is read and never changed: a Maildir, or a mailbox by IMAP."""

    def items(self, folder: Folder, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each message whose ref is not known yet; what can't be read has no bytes.

        Raises:
            OutsideFailed: the folder can't be reached.

        """
        ...

    def count(self) -> int:
        """Return how many messages the folder holds; raises OutsideFailed as `items` does."""
        ...

    def ailment(self, ref: str) -> str:
        """Return why the item of that ref has no bytes, for the message of its quarantine."""
        ...

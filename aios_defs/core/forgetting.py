"""Owns what a connector that writes down what became of each key may do besides its protocol.

It is optional: a connector without it keeps nothing, or keeps it for good.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, runtime_checkable


@runtime_checkable
class Forgetful(Protocol):
    """A connector whose record of a key can go once nobody asks about its effect any more."""

    def old_keys(self, before: datetime) -> Iterable[str]:
        """Yield the keys of which nothing was written down since `before`, in any order."""
        ...

    def forget(self, key: str) -> None:
        """Drop what is known of a key; idempotent. What is still under way there stays.

        Whoever calls knows from the ledger that `find` and `commit` are not called for it again.
        """
        ...

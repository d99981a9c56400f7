"""Owns a connector that breaks wherever it can, with personal text in what it says."""

from collections.abc import Callable, Iterator

from aios_defs.core.connector import CommitRequest, Finding, Item, Receipt
from aios_defs.core.errors import OutsideFailed
from resources.testing.connectors import NaturalKeyConnector

PLANTED = "planted-Zerlina-0815"


class LeakingConnector(NaturalKeyConnector):
    """Takes its mail in, then fails at each commit and question, quoting someone."""

    def scan(self, known: Callable[[str], bool]) -> Iterator[Item]:
        yield from super().scan(known)
        error = f"mailbox of {PLANTED}"
        raise ValueError(error)

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        fence()
        text = f"{PLANTED} is unknown: {request.arguments}"
        raise RuntimeError(text)

    def find(self, operation: str, key: str) -> Finding:
        raise OutsideFailed(f"{operation} {key} {PLANTED}", remedy=f"Ask {PLANTED}.")

    def count(self) -> int:
        raise KeyError(PLANTED)

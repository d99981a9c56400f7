"""Owns the connector of the benchmarks: real mail arguments and parsing, an outside in memory.

The CPU that it takes is metered, so that a benchmark can leave it out.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from pydantic import BaseModel

from aios_defs.core.connector import (
    CommitRequest,
    Description,
    Finding,
    Item,
    ParsedMessage,
    Receipt,
)
from aios_defs.core.model import JsonObject
from resources.connectors.mail.connector import MailConnector


class MeteredMail:
    """A mail connector that keeps what it sends in memory, and counts its own CPU seconds."""

    cpu_seconds = 0.0

    def __init__(self, mail: MailConnector) -> None:
        self._mail = mail
        self._sent: dict[str, Receipt] = {}

    @classmethod
    def from_config(cls, name: str, config: JsonObject, home: Path) -> Self:
        """Build it over the mail connector of the same entry."""
        return cls(MailConnector.from_config(name, {**config, "kind": "mail"}, home))

    def describe(self) -> Description:
        """Return the mail connector's own description."""
        return self._mail.describe()

    def arguments_model(self, operation: str) -> type[BaseModel]:
        """Return the mail connector's own arguments."""
        return self._mail.arguments_model(operation)

    def scan(self, known: Callable[[str], bool]) -> Iterable[Item]:
        """Yield nothing: the benchmark hands its items in."""
        del known
        return ()

    def count(self) -> int:
        """Return how many items the store holds: none."""
        return 0

    def parse(self, item: Item) -> ParsedMessage:
        """Parse as the mail connector does, on the meter."""
        started = time.process_time()
        try:
            return self._mail.parse(item)
        finally:
            MeteredMail.cpu_seconds += time.process_time() - started

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Send into memory, once per key."""
        fence()
        return self._sent.setdefault(request.key, Receipt(outside_ref=f"{request.key}@outside"))

    def find(self, operation: str, key: str) -> Finding:
        """Tell whether it was sent."""
        del operation
        receipt = self._sent.get(key)
        return Finding(answer="found" if receipt else "absent", receipt=receipt)

    def compensate(self, request: CommitRequest, receipt: Receipt) -> Receipt:
        """Forget what was sent."""
        self._sent.pop(request.key, None)
        return receipt

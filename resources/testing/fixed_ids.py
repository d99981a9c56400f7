"""Owns the ids of tests: the same seed, the same increasing UUIDv7."""

import hashlib
import threading
from itertools import count

from resources.ids import uuid7_text

_START_MS = 1_900_000_000_000


class FixedIds:
    """Gives out ids that another run with this seed gives out too."""

    def __init__(self, seed: str | int = "aios") -> None:
        self._tail = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:9], "big")
        self._numbers = count(1)
        self._lock = threading.Lock()

    def new(self) -> str:
        """Return the next id."""
        with self._lock:
            return uuid7_text(_START_MS + next(self._numbers), self._tail)

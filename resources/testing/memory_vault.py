"""Owns the vault of tests: keys in memory, the same for the same seed. It keeps no secret."""

import hashlib
from collections.abc import Sequence
from itertools import count

from aios_defs.core.sealed import SubjectRef
from resources.sealing import NONCE_BYTES
from resources.store.keyfile import StoredKey
from resources.vault import KeyedVault

_HOUSE = "house-key"


class MemoryKeys:
    """Keys derived from a seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._keys = {SubjectRef(_HOUSE): StoredKey(self._derived(_HOUSE), None)}
        self._numbers = count(1)
        self._erasures = 0

    def root(self, name: str) -> bytes:
        """Return a root key, or the name of the house's."""
        return _HOUSE.encode() if name == "house" else self._derived(f"root:{name}")

    def add(self, count: int) -> Sequence[SubjectRef]:
        """Make keys."""
        refs = [SubjectRef(f"key-{next(self._numbers):04d}") for _ in range(count)]
        self._keys.update({ref: StoredKey(self._derived(ref), None) for ref in refs})
        return refs

    def find(self, ref: SubjectRef) -> StoredKey | None:
        """Return what is known of a key."""
        return self._keys.get(ref)

    def erase(self, ref: SubjectRef, event_id: str) -> None:
        """Destroy a key, keeping which event asked first."""
        known = self._keys.get(ref)
        self._keys[ref] = StoredKey(None, (known.erased_by if known else None) or event_id)
        self._erasures += 1

    def erasures(self) -> int:
        """Return how many erasures there were."""
        return self._erasures

    def stamp(self) -> tuple[int, int, int]:
        """Return what changes with an erasure."""
        return self._erasures, 0, 0

    def _derived(self, name: str) -> bytes:
        return hashlib.sha256(f"{self._seed}:{name}".encode()).digest()


class MemoryVault(KeyedVault):
    """Seals as the real vault does, with keys that every run repeats."""

    def __init__(self, seed: str = "aios") -> None:
        nonces, secrets = count(1), count(1)
        super().__init__(
            MemoryKeys(seed),
            nonce=lambda: next(nonces).to_bytes(NONCE_BYTES, "big"),
            secret=lambda: hashlib.sha256(f"{seed}:secret:{next(secrets)}".encode()).digest(),
        )

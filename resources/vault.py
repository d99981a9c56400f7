"""Owns the vault: sealing under keys that live apart from the ledger, and keyed hashes.

Keys are cached in the process, together with their ciphers. Every use looks at the key file's stamp
first, so that what another process erased can't be opened here any more.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aios_defs.core.errors import KeyErased, KeyMissing, LedgerBroken, UsageInvalid
from aios_defs.core.sealed import Sealed, SubjectRef
from resources import sealing
from resources.store.keyfile import KeyFile, Stamp, StoredKey

_SECRET_BYTES = 32

_MAX_CIPHERS = 4_096
"""Ciphers that are cached: each takes kilobytes, and each mail has a key of its own."""


class Keys(Protocol):
    """Where the keys lie."""

    def root(self, name: str) -> bytes:
        """Return a root key: `house` (a name), `index`, `head`."""
        ...

    def add(self, count: int) -> Sequence[SubjectRef]:
        """Make keys, durably."""
        ...

    def find(self, ref: SubjectRef) -> StoredKey | None:
        """Return what is known of a key."""
        ...

    def erase(self, ref: SubjectRef, event_id: str) -> None:
        """Destroy a key."""
        ...

    def erasures(self) -> int:
        """Return a number that grows with each erasure."""
        ...

    def stamp(self) -> Stamp:
        """Return what changes with each change by anyone."""
        ...


class KeyedVault:
    """Seals under the keys of a store; the form is that of `resources.sealing`."""

    def __init__(
        self,
        keys: Keys,
        *,
        nonce: Callable[[], bytes] | None = None,
        secret: Callable[[], bytes] | None = None,
    ) -> None:
        self._keys = keys
        self._secret = secret or _random_secret
        self._nonce = nonce or _random_nonce
        self._ciphers: dict[SubjectRef, AESGCM] = {}
        self._stamp = keys.stamp()
        self._erasures = keys.erasures()
        self._house = SubjectRef(keys.root("house").decode())
        self._index_key = keys.root("index")
        self._head_key = keys.root("head")

    @property
    def house(self) -> SubjectRef:
        """The key of what is about nobody: the business's own text."""
        return self._house

    def new_refs(self, count: int) -> Sequence[SubjectRef]:
        """Make that many keys and return their names; durable before it returns."""
        return self._keys.add(count)

    def seal(self, ref: SubjectRef, text: str) -> Sealed:
        """Seal text under the key of `ref`; raises KeyErased or KeyMissing."""
        sealed = self.seal_bytes(ref, text.encode("utf-8", "surrogatepass"))
        return Sealed(subject_ref=ref, ciphertext=sealing.to_text(sealed))

    def open(self, sealed: Sealed) -> str:
        """Return the text; raises KeyErased, KeyMissing, or LedgerBroken when it was changed."""
        try:
            content = sealing.from_text(sealed.ciphertext)
        except ValueError as error:
            raise _changed(sealed.subject_ref) from error
        return self.open_bytes(sealed.subject_ref, content).decode("utf-8", "surrogatepass")

    def seal_bytes(self, ref: SubjectRef, content: bytes) -> bytes:
        """Seal bytes for a blob, deflated when that makes them shorter."""
        return sealing.seal(self._cipher(ref), self._nonce(), ref, content)

    def open_bytes(self, ref: SubjectRef, sealed: bytes) -> bytes:
        """Return a blob's bytes; raises as `open`."""
        try:
            return sealing.unseal(self._cipher(ref), ref, sealed)
        except (InvalidTag, ValueError) as error:
            raise _changed(ref) from error

    def digest(self, purpose: str, *parts: str | bytes) -> str:
        """Return a keyed hash of the framed parts, 64 hex characters."""
        return sealing.framed_digest(self._index_key, purpose, parts)

    def new_secret(self) -> str:
        """Return 256 bits of chance as 43 characters that fit a URL, a header and a cookie."""
        return urlsafe_b64encode(self._secret()).decode().rstrip("=")

    def mac(self, content: bytes) -> str:
        """Return the MAC under the head key, 64 hex characters."""
        return sealing.mac(self._head_key, content)

    def destroy(self, ref: SubjectRef, event_id: str) -> None:
        """Destroy a key for good, remembering which event asked for it first; idempotent.

        Raises:
            UsageInvalid: it is the key of the house, whose text is about nobody.

        """
        if ref == self._house:
            raise UsageInvalid(
                "The key of the house can't be destroyed: its text is about nobody.",
                remedy="Name a person, company or project to forget.",
            )
        self._keys.erase(ref, event_id)
        self._ciphers.pop(ref, None)

    def _cipher(self, ref: SubjectRef) -> AESGCM:
        self._notice_erasures()
        return self._ciphers.get(ref) or self._read_cipher(ref)

    def _notice_erasures(self) -> None:
        stamp = self._keys.stamp()
        if stamp == self._stamp:
            return
        erasures = self._keys.erasures()
        if erasures != self._erasures or stamp[1] != self._stamp[1]:
            self._ciphers.clear()
        self._stamp, self._erasures = stamp, erasures

    def _read_cipher(self, ref: SubjectRef) -> AESGCM:
        stored = self._keys.find(ref)
        if stored is not None and stored.erased_by is not None:
            raise KeyErased(
                "The text was erased on request.",
                remedy="Nothing brings it back; the erasure's certificate says what was kept.",
                event_id=stored.erased_by,
                subject_ref=ref,
            )
        if stored is None or stored.content is None:
            raise KeyMissing(
                f"keys.db has no key {ref}, and no erasure explains it.",
                remedy="Restore keys.db from a backup that is as new as the ledger.",
                subject_ref=ref,
            )
        if len(self._ciphers) >= _MAX_CIPHERS:
            self._ciphers.clear()
        return self._ciphers.setdefault(ref, AESGCM(stored.content))


class SqliteVault(KeyedVault):
    """The vault of a home, with its keys in `keys.db`."""

    @classmethod
    def at(cls, path: Path, *, create: bool = True) -> "SqliteVault":
        """Open the key file, and make it with its root keys where it does not exist.

        Raises:
            KeyMissing: there is none and `create` is False.
            HomeLocked: another process keeps it busy.
            StorageFailed: it can't be read or written.

        """
        keys = KeyFile(path)
        if create:
            keys.create()
        return cls(keys)


def _random_nonce() -> bytes:
    return secrets.token_bytes(sealing.NONCE_BYTES)


def _random_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def _changed(ref: SubjectRef) -> LedgerBroken:
    return LedgerBroken(
        f"A fragment sealed under {ref} does not open: it was changed, or moved from another key.",
        remedy="Run `aios ledger verify`, and restore from a backup if it finds more.",
        subject_ref=ref,
    )

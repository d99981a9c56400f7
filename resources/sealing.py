"""Owns the form of what is sealed: AES-256-GCM under one key per subject, bound to its name.

A sealed value is nonce (12 bytes), ciphertext and tag. The plain text begins with one byte that
says whether the rest is deflated. The name of the key is authenticated with it, so that a fragment
moved under another name does not open. Standards: NIST SP 800-38D, RFC 7693 for the MACs.
"""

import hashlib
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aios_defs.core.sealed import SubjectRef

KEY_BYTES = 32
NONCE_BYTES = 12
_DEFLATE_ABOVE = 200
_PLAIN, _DEFLATED = b"\x00", b"\x01"


def pack(content: bytes) -> bytes:
    """Return the content with its leading byte, deflated when that makes it shorter."""
    if len(content) > _DEFLATE_ABOVE:
        deflated = zlib.compress(content)
        if len(deflated) < len(content):
            return _DEFLATED + deflated
    return _PLAIN + content


def unpack(packed: bytes) -> bytes:
    """Return the content that `pack` was given."""
    return zlib.decompress(packed[1:]) if packed[:1] == _DEFLATED else packed[1:]


def seal(cipher: AESGCM, nonce: bytes, ref: SubjectRef, content: bytes) -> bytes:
    """Seal packed content; a nonce must never come twice under one key."""
    return nonce + cipher.encrypt(nonce, pack(content), ref.encode())


def unseal(cipher: AESGCM, ref: SubjectRef, sealed: bytes) -> bytes:
    """Return the content; raises cryptography's InvalidTag when a byte of it was changed."""
    return unpack(cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], ref.encode()))


def to_text(sealed: bytes) -> str:
    """Write sealed bytes as base64url without padding."""
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Read base64url without padding; raises ValueError on anything else."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def framed_digest(key: bytes, purpose: str, parts: tuple[str | bytes, ...]) -> str:
    """Return the MAC over purpose and parts, each preceded by its length in eight bytes."""
    digest = hashlib.blake2b(key=key, digest_size=32)
    for part in (purpose, *parts):  # a large part is never copied
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


def mac(key: bytes, content: bytes) -> str:
    """Return keyed BLAKE2b of 256 bits, 64 hexadecimal characters."""
    return hashlib.blake2b(content, key=key, digest_size=32).hexdigest()

"""Owns canonical JSON (RFC 8785), the one byte form that hashes are taken over.

RFC 8785 cannot carry integers beyond 2^53, so those travel as strings.
"""

import hashlib

import rfc8785

from aios_defs.core.model import JsonObject, JsonValue

_EXACT = 2**53


def _exact(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)
    return value


def canonical_bytes(value: JsonValue) -> bytes:
    """Return the RFC 8785 form of a JSON value; integers beyond ±2^53 become strings.

    Raises:
        rfc8785.CanonicalizationError: the value is no JSON (NaN, a non-string key).

    """
    return rfc8785.dumps(_exact(value))  # type: ignore[arg-type]


def sha256_hex(value: JsonObject) -> str:
    """Return the SHA-256 of the canonical form, 64 hexadecimal characters."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()

"""Owns canonical JSON (RFC 8785), the one byte form that hashes are taken over.

RFC 8785 carries integers up to 2^53 - 1 exactly; larger ones travel as strings. So do
floats that it would write as such an integer: read back they would be one.
"""

import hashlib
import json
from typing import cast

import rfc8785

from aios_defs.core.model import JsonObject, JsonValue

_EXACT = 2**53 - 1
_EXPONENT = 1e21
_PLAIN = frozenset({str, bool, type(None)})
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _exact(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if isinstance(value, float):
        return str(int(value)) if _EXACT < abs(value) < _EXPONENT else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)
    return value


def _is_plain(value: object) -> bool:
    """Return whether the standard encoder writes the value exactly as RFC 8785 does.

    Numbers other than exact integers are written differently, and keys outside ASCII may sort
    differently (by UTF-16 there, by code point here).
    """
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind in _PLAIN:
            continue
        if kind is dict:
            items = cast("dict[str, object]", one)
            if not all(map(_is_ascii, items)):
                return False
            waiting.extend(items.values())
        elif kind is list:
            waiting.extend(cast("list[object]", one))
        elif kind is not int or not -_EXACT <= cast("int", one) <= _EXACT:
            return False
    return True


def _is_ascii(key: object) -> bool:
    return type(key) is str and key.isascii()


def canonical_bytes(value: JsonValue) -> bytes:
    """Return the RFC 8785 form of a JSON value; integers of 2^53 and more become strings.

    Raises:
        rfc8785.CanonicalizationError: the value is no JSON (NaN, a non-string key).

    """
    if _is_plain(value):
        try:
            return _encode(value).encode()
        except UnicodeEncodeError:
            pass  # a lone surrogate: the slow way raises the documented error
    return rfc8785.dumps(_exact(value))  # type: ignore[arg-type]  # its own recursive JSON type


def sha256_hex(value: JsonObject) -> str:
    """Return the SHA-256 of the canonical form, 64 hexadecimal characters."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()

"""Owns reading the content of an opaque S/MIME signature (CMS SignedData, RFC 5652 §5).

The signature itself is not checked: nothing here vouches for anyone. What is encrypted has no
SignedData and gives None.
"""

from collections.abc import Iterator

_SIGNED = bytes.fromhex("06092a864886f70d010702")
_SEQUENCE, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0xA0, 0x04, 0x24
_MAX_VALUES = 10_000
_HEAD_BYTES = 2
_LONG = 0x80
_MAX_LENGTH_BYTES = 4


class _Odd(Exception):
    """The bytes are no BER that this reader takes."""


def signed_content(content: bytes) -> bytes | None:
    """Return what was signed, or None when it is not there or can't be read; DER and BER."""
    try:
        outer = list(_values(_only(content, _SEQUENCE)))
        if not outer or content.find(_SIGNED, 0, 40) < 0:
            return None
        signed = _only(_of(outer, _EXPLICIT), _SEQUENCE)
        inner = _of(list(_values(signed)), _SEQUENCE)
        return _octets(_of(list(_values(inner)), _EXPLICIT))
    except _Odd:
        return None


def _only(content: bytes, tag: int) -> bytes:
    return _of(list(_values(content)), tag)


def _of(values: list[tuple[int, bytes]], tag: int) -> bytes:
    found = next((value for one, value in values if one == tag), None)
    if found is None:
        raise _Odd
    return found


def _octets(content: bytes) -> bytes:
    """Return an octet string, whole or in pieces."""
    tag, value = next(_values(content), (0, b""))
    if tag == _OCTETS:
        return value
    if tag == _OCTETS_IN_PIECES:
        return b"".join(piece for one, piece in _values(value) if one == _OCTETS)
    raise _Odd


def _values(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and content of each value at this level."""
    position, count = 0, 0
    while position + _HEAD_BYTES <= len(content) and content[position : position + 2] != b"\0\0":
        count += 1
        tag, start, end = _header(content, position)
        if count > _MAX_VALUES:
            raise _Odd
        if end >= 0:
            yield tag, content[start:end]
            position = end
        else:  # of indefinite length: it lasts to the end of what holds it
            yield tag, content[start:]
            return


def _header(content: bytes, position: int) -> tuple[int, int, int]:
    """Return tag, begin and end of the value at a place; the end is -1 when it is indefinite."""
    tag, first = content[position], content[position + 1]
    start = position + _HEAD_BYTES
    if first < _LONG:
        return tag, start, start + first
    if first == _LONG:
        return tag, start, -1
    size = first - _LONG
    if size > _MAX_LENGTH_BYTES:
        raise _Odd
    length = int.from_bytes(content[start : start + size], "big")
    return tag, start + size, start + size + length

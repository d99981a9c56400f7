"""Owns reading winmail.dat (TNEF, MS-OXTNEF): its plain text and its files.

An own reader: the library at hand loops for as long as a four-byte count in the stream says. This
one walks the attributes once, and reads only those named here.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from resources.connectors.mail.charset import decode_bytes
from resources.connectors.mail.limits import MAX_PARTS, MAX_TNEF_ATTRIBUTES

SIGNATURE = b"\x78\x9f\x3e\x22"
_START, _FRAME, _UTF_8 = 6, 11, 65001
_BODY, _CODEPAGE, _BEGIN, _TITLE, _DATA = 0x800C, 0x9007, 0x9002, 0x8010, 0x800F


@dataclass(slots=True, kw_only=True)
class Wrapped:
    """What a stream holds: `files` are names and bytes; `is_whole` tells whether it ended well."""

    text: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    is_whole: bool = True


def read_tnef(stream: bytes) -> Wrapped:
    """Read a stream; what is damaged gives what came before the damage. Raises nothing."""
    charset, body, end = "cp1252", b"", _START
    files: list[dict[int, bytes]] = []
    for identity, content, after in _attributes(stream):
        end = after
        if identity == _CODEPAGE:
            charset = _charset(content)
        elif identity == _BODY:
            body = content
        elif identity == _BEGIN and len(files) < MAX_PARTS:
            files.append({})
        elif identity in {_TITLE, _DATA} and files:
            files[-1][identity] = content
    return Wrapped(
        text=_text(body, charset),
        files=[(_text(one.get(_TITLE, b""), charset), one.get(_DATA, b"")) for one in files],
        is_whole=end == len(stream) and stream.startswith(SIGNATURE),
    )


def _attributes(stream: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield each whole attribute: its identity, its content, and where it ends."""
    position = _START if stream.startswith(SIGNATURE) else len(stream)
    for _ in range(MAX_TNEF_ATTRIBUTES):
        if position + _FRAME > len(stream):
            return
        identity, size = struct.unpack_from("<HxxI", stream, position + 1)
        end = position + _FRAME + size
        if end > len(stream):
            return
        yield identity, stream[position + 9 : end - 2], end
        position = end


def _text(content: bytes, charset: str) -> str:
    return decode_bytes(content.rstrip(b"\0"), charset)[0]


def _charset(content: bytes) -> str:
    codepage = int.from_bytes(content[:4], "little")
    return "utf-8" if codepage == _UTF_8 else f"cp{codepage}"

"""Owns decoding: what a text becomes when one layer of markup, escapes or encoding is taken off.

Each way is tried on every text and costs time linear in its length; what does not decode to
printable text is dropped. Which texts are decoded, and how deep, core.readings decides.
"""

import base64
import binascii
import html
import re
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

_FEWEST_DIGITS = 4
_LONGEST_UNPACKED = 50_000
_MOST_PACKED = 2
_ASCII = bytes(range(128))
_ALPHANUMERIC = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_NOISE = bytes(set(_ASCII) - set(_ALPHANUMERIC))
_NOT_STANDARD = bytes(set(_NOISE) - set(b"+/"))
_NOT_URL_SAFE = bytes(set(_NOISE) - set(b"-_"))
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\([0-7]{3})")
_PRINTABLE = re.compile(rb"[\t\n\r -~]{4,}")
_WIDE = re.compile(rb"(?:[\xc2-\xf4][\x80-\xbf]{1,3}[\t\n\r -~]{0,12}){3,}")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_HEX_NOISE = re.compile(r"0x|\\x|[\s:,;.|_-]+")
_HEX = re.compile(r"[0-9a-fA-F]{8,}")
_BASE32 = re.compile(r"[A-Z2-7]{8,}|[a-z2-7]{16,}")
_BASE85 = re.compile(r"[!-~]{24,}")
_UUENCODED = re.compile(r"^[!-M][ -`]{4,60}$", re.MULTILINE)
_BITS = re.compile(r"(?:[01]\s?){32,}")
_CODE = re.compile(r"\d+")
_CODES = re.compile(r"(?<!\d)(?:\d{2,3}[\s,;:|/._-]{1,4}){3,}\d{2,3}(?!\d)")
_PLACES = re.compile(r"(?<!\d)(?:(?:1\d|2[0-6]|0?[1-9])[\s,;:|/._-]{1,4}){8,}\d\d?(?!\d)")
_SMUGGLED = re.compile("[\U000e0000-\U000e01ef\ufe00-\ufe0f]{4,}")
_INVISIBLE_BITS = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]{16,}")
_TAG_BLOCK, _TAG_END, _SELECTORS = 0xE0000, 0xE0080, 0xE0100
_BYTE = 8


def without_markup(text: str) -> Iterator[str]:
    """Yield the text without entities, tags, percent, quoted-printable and backslash escapes."""
    if "&" in text:
        yield html.unescape(text)
    if "<" in text:
        yield _TAG.sub("", text)
    if "%" in text:
        yield unquote_plus(text)
    if "=" in text:
        raw = binascii.a2b_qp(text.encode("utf-8", "replace"))
        yield raw.decode("utf-8", "replace")
    if "\\" in text:
        yield _ESCAPED.sub(_unescaped, text)


def decoded(text: str, *, is_wide: bool) -> Iterator[str]:
    """Yield what the text is when taken as base64, base32, base85, hex, bits or character codes.

    Without `is_wide` encoded text beyond ASCII may be missed; that is faster.
    """
    raws = [*_from_base64(text.encode("ascii", "ignore")), *_from_base32(text)]
    raws += (*_from_base85(text), *_from_uuencoding(text))
    if sum(map(text.count, "0123456789")) >= _FEWEST_DIGITS:
        raws += (*_from_hex(text), *_from_bits(text))
        yield from _from_codes(text)
    if not text.isascii():
        raws += _from_invisible(text)
    for raw in raws:
        for layer in (raw, *_unpacked(raw)):
            yield _printable(layer, is_wide=is_wide)


def _printable(raw: bytes, *, is_wide: bool) -> str:
    plain = raw.translate(None, b"\0") if raw.count(0) * _FEWEST_DIGITS > len(raw) else raw
    found = _PRINTABLE.findall(plain)
    found += _WIDE.findall(plain) if is_wide else ()
    return b" ".join(found).decode("utf-8", "ignore")


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16) if found[1] else int(found[2], 8))


def _from_base64(raw: bytes) -> Iterator[bytes]:
    """Decode at every offset: prose before the code shifts its groups of four by 0 to 3."""
    runs = {raw.translate(None, _NOT_STANDARD)}
    if b"-" in raw or b"_" in raw:
        runs.add(raw.translate(None, _NOT_URL_SAFE).translate(_TO_STANDARD))
    for run in runs:
        for offset in range(4):
            part = run[offset : len(run) - ((len(run) - offset) % 4 == 1)]
            yield base64.b64decode(part + b"=" * (-len(part) % 4))


def _from_hex(text: str) -> Iterator[bytes]:
    for run in _HEX.findall(_HEX_NOISE.sub("", text)):
        for part in (run, run[1:]):
            yield bytes.fromhex(part[: len(part) // 2 * 2])


def _from_base32(text: str) -> Iterator[bytes]:
    for run in _BASE32.findall(text):
        usable = run[: len(run) // 8 * 8 + (len(run) % 8 if len(run) % 8 in (2, 4, 5, 7) else 0)]
        yield base64.b32decode(usable.upper() + "=" * (-len(usable) % 8))


def _from_base85(text: str) -> Iterator[bytes]:
    decoders: tuple[Callable[[str], bytes], ...] = (base64.b85decode, base64.a85decode)
    for token in _BASE85.findall(text):
        for decode in decoders:
            try:
                yield decode(token)
            except ValueError:
                continue


def _from_uuencoding(text: str) -> Iterator[bytes]:
    lines: list[bytes] = []
    for line in _UUENCODED.findall(text):
        try:
            lines.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    if lines:
        yield b"".join(lines)


def _from_bits(text: str) -> Iterator[bytes]:
    for run in _BITS.findall(text):
        yield _packed_bits(re.sub(r"\s", "", run))


def _from_codes(text: str) -> Iterator[str]:
    for run in _CODES.findall(text):
        yield "".join(chr(int(code)) for code in _CODE.findall(run))
    for run in _PLACES.findall(text):
        yield "".join(chr(ord("`") + int(code)) for code in _CODE.findall(run))


def _from_invisible(text: str) -> Iterator[bytes]:
    """Read tag characters and variation selectors as the bytes they hide, two marks as bits."""
    for run in _SMUGGLED.findall(text):
        yield bytes(_hidden_byte(ord(one)) for one in run)
    for run in _INVISIBLE_BITS.findall(text):
        marks = sorted(set(run))
        if len(marks) == len("01"):
            yield _packed_bits("".join("01"[one == marks[1]] for one in run))
            yield _packed_bits("".join("10"[one == marks[1]] for one in run))


def _hidden_byte(code: int) -> int:
    if _TAG_BLOCK <= code < _TAG_END:
        return code - _TAG_BLOCK
    return (code - _SELECTORS + 16 if code >= _SELECTORS else code - 0xFE00) & 0xFF


def _packed_bits(bits: str) -> bytes:
    whole = len(bits) // _BYTE
    return int(bits[: whole * _BYTE] or "0", 2).to_bytes(whole)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """Yield what is compressed inside, wherever it begins, up to fifty thousand bytes each."""
    for count, found in enumerate(_PACKED.finditer(raw)):
        if count == _MOST_PACKED:
            return
        try:
            tail = raw[found.start() :]
            yield zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(tail, _LONGEST_UNPACKED)
        except zlib.error:
            continue

"""Owns the readings of a text: every plain text that a reader could make of what was written.

A reading undoes markup, escapes and common encodings (HTML, percent, quoted-printable, base64,
base32, hex, character codes), also nested and also split by separators. All work is linear in the
length of the text; what does not decode to printable text is dropped.
"""

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_plus

_DEPTH = 3
_TELLING = 0.15
_FEWEST_DIGITS = 4
_CYRILLIC = "аеорсухіјѕһԁкмтвнԛԝАВЕКМНОРСТУХІЈЅ", "aeopcyxijshdkmtbhqwABEKMHOPCTYXIJS"
_GREEK = "αονικρτυχεγηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aovikptuxeynwABEZHIKMNOPTYX"
_LATIN = "ıøłđɑɡ", "ioldag"
_LOOKALIKES = str.maketrans(
    _CYRILLIC[0] + _GREEK[0] + _LATIN[0], _CYRILLIC[1] + _GREEK[1] + _LATIN[1]
)
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_ASCII = bytes(range(128))
_ALPHANUMERIC = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_NOISE = bytes(set(_ASCII) - set(_ALPHANUMERIC))
_NOT_STANDARD = bytes(set(_NOISE) - set(b"+/"))
_NOT_URL_SAFE = bytes(set(_NOISE) - set(b"-_"))
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_TAG = re.compile(r"<[^<>]*>")
_PRINTABLE = re.compile(rb"[\t\n\r -~]{4,}")
_WIDE = re.compile(rb"(?:[\xc2-\xf4][\x80-\xbf]{1,3}[\t\n\r -~]{0,12}){3,}")
_HEX_NOISE = re.compile(r"0x|\\x|[\s:,;.|_-]+")
_HEX = re.compile(r"[0-9a-fA-F]{8,}")
_BASE32 = re.compile(r"[A-Z2-7]{8,}")
_CODE = re.compile(r"\d+")
_CODES = re.compile(r"(?<!\d)(?:\d{2,3}[\s,;]+){3,}\d{2,3}(?!\d)")


def squeeze(text: str) -> str:
    """Return a text as its bare letters and digits: no case, accent, spacing or punctuation.

    Compatibility forms are unfolded, invisible and direction marks dropped, Cyrillic and Greek
    letters that look Latin taken as Latin.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKES)
    if text.isascii():
        return text.lower().encode("ascii").translate(None, _NOISE).decode("ascii")
    return _NOT_ALPHANUMERIC.sub("", text.casefold())


def squeezed_readings(text: str, *, is_wide: bool = True) -> tuple[str, ...]:
    """Return every distinct reading of a text, squeezed, forwards, backwards and rotated by 13.

    Without `is_wide` encoded text beyond ASCII may be missed; that is faster.
    """
    found: dict[str, None] = {}
    for reading in _readings(text, is_wide=is_wide):
        plain = squeeze(reading)
        rotated = plain.translate(_ROT13)
        found.update(dict.fromkeys((plain, plain[::-1], rotated, rotated[::-1])))
    found.pop("", None)
    return tuple(found)


def _readings(text: str, *, is_wide: bool) -> tuple[str, ...]:
    """Decode up to three layers; a residue of a text that was no code is kept, not decoded."""
    seen = {text: None}
    frontier = [text]
    for depth in range(_DEPTH):
        fresh: list[str] = []
        for layer in frontier:
            found = [*_without_markup(layer), *_decoded(layer, is_wide=is_wide)]
            found += _decoded(layer[::-1], is_wide=is_wide) if depth == 0 else ()
            fresh += [one for one in found if len(one) >= len(layer) * _TELLING]
            seen.update(dict.fromkeys(found))
        frontier = list(dict.fromkeys(fresh))
    return tuple(seen)


def _decoded(text: str, *, is_wide: bool) -> Iterator[str]:
    codes = [*_from_base64(text.encode("ascii", "ignore")), *_from_base32(text)]
    if sum(map(text.count, "0123456789")) >= _FEWEST_DIGITS:
        codes += _from_hex(text)
        for run in _CODES.findall(text):
            yield "".join(chr(int(code)) for code in _CODE.findall(run))
    for raw in codes:
        found = _PRINTABLE.findall(raw)
        found += _WIDE.findall(raw) if is_wide else ()
        yield b" ".join(found).decode("utf-8", "ignore")


def _without_markup(text: str) -> Iterator[str]:
    if "&" in text:
        yield html.unescape(text)
    if "<" in text:
        yield _TAG.sub("", text)
    if "%" in text:
        yield unquote_plus(text)
    if "=" in text:
        raw = binascii.a2b_qp(text.encode("utf-8", "replace"))
        yield raw.decode("utf-8", "replace")
    if "\\u" in text:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


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
        yield base64.b32decode(usable + "=" * (-len(usable) % 8))

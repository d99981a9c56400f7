"""Owns the way from bytes to text: any declared charset, and a fallback that loses no byte.

Mislabelled charsets are read as browsers read them (https://encoding.spec.whatwg.org): Latin-1 as
windows-1252, GB 2312 as GB 18030. What a codec cannot read is kept byte by byte as windows-1252.
"""

import codecs

_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Codecs that are no charset of a mail: some take quadratic time, some read escapes as code points.
_REFUSED = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_FALLBACK = "utf-8"


def decode_bytes(content: bytes, charset: str | None) -> tuple[str, bool]:
    """Return the text of the bytes, and whether the declared charset read them without repair.

    The text never holds a lone surrogate or NUL, so that every store takes it.
    """
    name = _codec(charset or "ascii")
    for codec in (name, _FALLBACK):
        try:
            text = content.decode(codec, "surrogateescape")
        except (UnicodeError, LookupError, ValueError):
            continue
        return clean_text(text), codec == name and not _has_surrogate(text)
    return clean_text(content.decode("latin-1")), False


def clean_text(text: str) -> str:
    """Replace what no store takes: escaped bytes by their windows-1252 letter, NUL by U+FFFD."""
    if _has_surrogate(text):
        text = "".join(_letter(char) for char in text)
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError, UnicodeError):
        return _FALLBACK
    return _FALLBACK if name.replace("-", "_") in _REFUSED else _WIDER.get(name, name)


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def _letter(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        byte = bytes([ord(char) - 0xDC00])
        try:
            return byte.decode("cp1252")
        except UnicodeDecodeError:
            return byte.decode("latin-1")
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= char <= "\udfff" else char

"""Owns the text of header fields: raw 8-bit bytes, folding, and encoded words (RFC 2047).

The standard library replaces what it can't decode; here no byte is lost (see charset).
"""

import binascii
import email.policy
import re

from resources.connectors.mail.charset import clean_text, decode_bytes
from resources.connectors.mail.limits import MAX_HEADER_CHARS, MAX_PARAMETER_CHARS
from resources.connectors.mail.parameters import OutsideMessage

_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(r"(?:\r\n|\r|\n)(?=[ \t])")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BETWEEN = re.compile(r"\?=\s+=\?")
_ADJACENT = (
    re.compile(r"=\?([^?\s]{1,75})\?([qQ])\?([^?]*)\?==\?\1\?[qQ]\?"),
    re.compile(r"=\?([^?\s]{1,75})\?([bB])\?((?:[^?=]{4})*)\?==\?\1\?[bB]\?"),
)
_ESCAPE = re.compile(r"=([0-9A-Fa-f]{2})")


class LenientPolicy(email.policy.EmailPolicy):
    """The modern policy, with header fields as clean text and structure left to our readers.

    The library's own readers of structured fields are recursive and quadratic on hostile input,
    and raise IndexError and the like on some of it.
    """

    def header_fetch_parse(self, name: str, value: str) -> str:  # type: ignore[override]  # text is all we use
        """Return the unfolded text of a field; encoded words are still encoded."""
        limit = MAX_PARAMETER_CHARS if name.lower().startswith("content-") else MAX_HEADER_CHARS
        return raw_text(value[:limit])


LENIENT = LenientPolicy(message_factory=OutsideMessage)


def raw_text(value: str) -> str:
    """Return a raw field's text: unfolded, 8-bit bytes read as UTF-8 or else windows-1252."""
    if not value.isascii():
        value = decode_bytes(value.encode("utf-8", "surrogateescape"), "utf-8")[0]
    return clean_text(_LINE_END.sub(" ", _FOLD.sub("", value))).strip()


def decoded(value: str) -> str:
    """Return a field's text with its encoded words decoded; what is none stays as it is.

    Control characters become blanks, so that a decoded line break can't pose as another field.
    """
    if "=?" in value:
        value = _WORD.sub(_decode_word, _joined(value))
    return "".join(char if char.isprintable() else " " for char in value).strip()


def _joined(value: str) -> str:
    """Drop the blanks between adjacent encoded words, and join those split inside a character."""
    value = _BETWEEN.sub("?==?", value)
    for pattern in _ADJACENT:
        joined = 1
        while joined:
            value, joined = pattern.subn(r"=?\1?\2?\3", value)
    return value


def _decode_word(match: re.Match[str]) -> str:
    charset, encoding, payload = match.groups()
    try:
        content = _from_base64(payload) if encoding in "bB" else _from_q(payload)
    except (binascii.Error, ValueError):
        return match[0]
    return decode_bytes(content, charset.partition("*")[0])[0]


def _from_base64(payload: str) -> bytes:
    content = payload.encode("ascii")
    return binascii.a2b_base64(content + b"=" * (-len(content) % 4))


def _from_q(payload: str) -> bytes:
    text = payload.replace("_", " ")
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).encode("latin-1")

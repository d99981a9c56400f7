"""Owns reading address fields (RFC 5322 §3.4) as mail servers read them: the address in brackets.

The display name is what its writer wants it to be, so an address in it never counts. The reader is
linear in the length of the field.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from resources.connectors.mail.limits import MAX_ADDRESSES
from resources.connectors.mail.words import decoded

_ADDRESS = re.compile(r"([^\s@<>()\[\],;:\"\\]{1,64})@([^\s@<>(),;\"\\]{1,255})")
_ANGLE = re.compile(r"<([^<>]*)>")
_MASK = "\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One address, lower-cased with its domain in ASCII, and the display name, decoded."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressList:
    """The mailboxes of one field in order, and how many pieces of it were none."""

    mailboxes: tuple[Mailbox, ...] = ()
    dropped: int = 0

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses, each once, in order."""
        return tuple(dict.fromkeys(one.address for one in self.mailboxes))


def read_addresses(value: str) -> AddressList:
    """Read a field's text (encoded words not decoded) as a list of mailboxes."""
    found: list[Mailbox] = []
    dropped = 0
    for piece in _pieces(value):
        mailbox = _mailbox(piece)
        if mailbox is not None and len(found) < MAX_ADDRESSES:
            found.append(mailbox)
        else:
            dropped += 1
    return AddressList(mailboxes=tuple(found), dropped=dropped)


def normal_address(text: str) -> str | None:
    """Return an address lower-cased with its domain in ASCII, or None when it is no address."""
    match = _ADDRESS.fullmatch(unicodedata.normalize("NFC", text.strip()).lower())
    if match is None or not text.isprintable():
        return None
    local, domain = match[1], match[2].rstrip(".")
    if not domain or ".." in domain or domain.startswith("."):
        return None
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return None


def mask(value: str) -> str:
    """Return the field with quoted strings and comments blanked, every other place unchanged."""
    chars: list[str] = []
    is_quoted, depth, is_escaped = False, 0, False
    for char in value:
        inside = is_quoted or depth > 0
        if is_escaped or (inside and char == "\\"):
            is_escaped = not is_escaped
            chars.append(_MASK)
            continue
        if char == '"' and not depth:
            is_quoted = not is_quoted
        elif not is_quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        is_plain = not (inside or is_quoted or depth)
        chars.append(char if is_plain and char not in '")' else _MASK)
    return "".join(chars)


def _pieces(value: str) -> Iterator[tuple[str, str]]:
    """Yield each mailbox's text and its mask; a comma without an address ends no display name."""
    masked = mask(value)
    start = 0
    for end in [*(one.start() for one in re.finditer("[,;]", masked)), len(value)]:
        start = _after_group(masked, start, end)
        piece = masked[start:end]
        if end < len(value) and masked[end] == "," and "@" not in piece and piece.strip():
            continue
        if piece.strip(" \t" + _MASK):
            yield value[start:end], piece
        start = end + 1


def _after_group(masked: str, start: int, end: int) -> int:
    """Skip the name of a group (`team: a@x.test;`)."""
    colon = masked.find(":", start, end)
    return colon + 1 if colon >= 0 and not {"<", "@"} & set(masked[start:colon]) else start


def _mailbox(piece: tuple[str, str]) -> Mailbox | None:
    text, masked = piece
    angles = list(_ANGLE.finditer(masked))
    if len(angles) > 1:
        return None
    if angles:
        start, end = angles[0].span(1)
        address = normal_address(text[start:end])
        name = _name(text[: start - 1])
    else:
        address = normal_address(masked.replace(_MASK, " "))
        name = _comment(text, masked)
    return None if address is None else Mailbox(address=address, name=name)


def _name(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return decoded(text)


def _comment(text: str, masked: str) -> str:
    hidden = "".join(char for char, mark in zip(text, masked, strict=True) if mark == _MASK)
    return decoded(hidden.strip("() ")) if hidden else ""

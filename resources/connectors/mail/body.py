"""Owns the body of a message: its text, notes on what is no text, and the rest as attachments.

Of alternatives the plain one counts, unless it is empty. A message inside the message is an
attachment: its words are not the sender's. What was signed as a whole is read as the mail itself.
"""

import binascii
import contextlib
import email.policy
import re
from dataclasses import dataclass, field
from email.message import EmailMessage, Message

from aios_defs.core.connector import Attachment
from resources.connectors.mail.charset import clean_text, decode_bytes
from resources.connectors.mail.enclosed import (
    ARMOUR,
    MISSING,
    Enclosed,
    enclosed,
    encrypted,
    is_enclosing,
)
from resources.connectors.mail.limits import MAX_NAME_CHARS, MAX_TEXT_CHARS
from resources.connectors.mail.markup import text_of
from resources.connectors.mail.parameters import OutsideMessage, read_parameters
from resources.connectors.mail.tree import children, read_tree
from resources.connectors.mail.words import decoded

_TEXTS = ("text/plain", "text/html")
_KIND = re.compile(r"[a-z0-9!#$&^_.+-]{1,63}/[a-z0-9!#$&^_.+-]{1,63}")
_ANY_KIND = "application/octet-stream"
_NO_TEXT = "This mail has no text, only attachments."


@dataclass(slots=True, kw_only=True)
class Body:
    """What a message carries: text, whether it was HTML, attachments, and defects met.

    `spare` is text that counts when there is no other; `notes` say in words what is no text, and
    `signs` why a person must look. `is_inner` tells that it was read out of a signature.
    """

    texts: list[str] = field(default_factory=list[str])
    spare: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    signs: list[str] = field(default_factory=list[str])
    is_html: bool = False
    is_inner: bool = False
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    defects: list[str] = field(default_factory=list[str])

    @property
    def words(self) -> str:
        """Return the text of all inline parts, in order, a blank line between them."""
        found = [one for one in self.texts if one.strip()] or self.spare
        lines = [line.rstrip(" \t") for line in "\n\n".join(found).split("\n")]
        return "\n".join(lines).strip()

    @property
    def text(self) -> str:
        """Return the words, then each note in brackets."""
        notes = "\n\n".join(f"[{one}]" for one in dict.fromkeys(self.notes))
        room = MAX_TEXT_CHARS - len(notes) - 2
        return "\n\n".join(one for one in (self.words[: max(0, room)], notes) if one)

    def add(self, other: "Body") -> None:
        """Take over all of another reading but its text."""
        self.spare += other.spare
        self.notes += other.notes
        self.signs += other.signs
        self.attachments += other.attachments
        self.defects += other.defects


def read_body(message: EmailMessage) -> Body:
    """Read all parts; raises TooComplex when a message within goes beyond the limits."""
    body = Body()
    _read(message, body)
    words = body.words
    if words.startswith(ARMOUR):
        _note(encrypted("PGP"), body)
    elif not words and not body.notes and body.attachments:
        _note(Enclosed(note=_NO_TEXT, sign=MISSING), body)
    return body


def _read(part: Message, body: Body) -> None:
    kind, name = part.get_content_type(), _name(part)
    within = children(part)
    is_container = part.get_content_maintype() == "multipart"
    if is_enclosing(kind, name):
        _read_enclosed(part, within, body)
    elif kind == "multipart/alternative" and within:
        _read_alternatives(within, body)
    elif is_container and within:
        for child in within:
            _read(child, body)
    elif kind in _TEXTS and part.get_content_disposition() != "attachment" and not name:
        _read_text(part, kind, body)
    elif is_container:
        _read_text(part, "text/plain", body)
    else:
        body.attachments.append(_attachment(part, within, body))


def _read_enclosed(part: Message, within: list[Message], body: Body) -> None:
    attachment = _attachment(part, within, body)
    parameters = read_parameters(str(part.get("content-type", "")))
    found = enclosed(part.get_content_type(), attachment.name, attachment.content, parameters)
    _note(found, body)
    body.spare += [found.text] if found.text else []
    if found.message is not None and not body.is_inner:
        inner = Body(is_inner=True)
        _read(read_tree(found.message), inner)
        body.texts.append(inner.words)
        body.is_html = body.is_html or inner.is_html
        body.add(inner)
        return
    body.attachments.append(attachment)
    body.attachments += [
        Attachment(name=_plain(name), content_type=_ANY_KIND, content=content)
        for name, content in found.files
    ]


def _note(found: Enclosed, body: Body) -> None:
    body.notes += [found.note] if found.note else []
    body.signs += [found.sign] if found.sign else []


def _read_alternatives(parts: list[Message], body: Body) -> None:
    """Keep the text of the first alternative that has any, plain before HTML; attach the rest."""
    readings: list[Body] = []
    for one in parts:
        reading = Body(is_inner=body.is_inner)
        _read(one, reading)
        readings.append(reading)
        body.add(reading)
    chosen = min((one for one in readings if one.words), key=lambda one: one.is_html, default=None)
    if chosen is not None:
        body.texts.append(chosen.words)
        body.is_html = body.is_html or chosen.is_html


def _read_text(part: Message, kind: str, body: Body) -> None:
    charset = part.get_param("charset", None)
    text, is_exact = decode_bytes(_content(part), charset if isinstance(charset, str) else None)
    if not is_exact:
        body.defects.append("charset_repaired")
    if len(text) > MAX_TEXT_CHARS:
        body.defects.append("text_truncated")
    text = text[:MAX_TEXT_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    body.texts.append(text_of(text) if kind == "text/html" else text.strip("\n"))
    body.is_html = body.is_html or (kind == "text/html" and bool(body.texts[-1]))


def _content(part: Message) -> bytes:
    """Return the decoded bytes of a leaf; the library copies base64 five times over."""
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    with contextlib.suppress(binascii.Error):
        if encoding == "base64" and isinstance(part, OutsideMessage):
            return binascii.a2b_base64(part.encoded())
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attachment(part: Message, within: list[Message], body: Body) -> Attachment:
    content = _inner(within, body) if within else _content(part)
    kind = part.get_content_type()
    kind = kind if _KIND.fullmatch(kind) else _ANY_KIND
    return Attachment(name=_name(part), content_type=kind, content=content)


def _inner(within: list[Message], body: Body) -> bytes:
    """Return the bytes of a message inside the message, or of a delivery report's fields."""
    try:
        return b"\n".join(one.as_bytes(policy=email.policy.compat32) for one in within)
    except (ValueError, LookupError, TypeError, AttributeError):
        body.defects.append("attachment_unreadable")
        return b""


def _name(part: Message) -> str:
    """Return the file name as sent: RFC 2231, or encoded words as many programs write."""
    value = part.get_param("filename", None, "content-disposition") or part.get_param("name", None)
    return _plain(decoded(value)) if isinstance(value, str) else ""


def _plain(name: str) -> str:
    return "".join(char for char in clean_text(name) if char.isprintable())[:MAX_NAME_CHARS]

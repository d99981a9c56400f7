"""Owns the body of a message: its text, and everything else as attachments.

Of alternatives the plain one counts, unless it is empty. A message inside the message is an
attachment: its words are not the sender's.
"""

import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from typing import cast

from aios_defs.core.connector import Attachment
from resources.connectors.mail.charset import clean_text, decode_bytes
from resources.connectors.mail.limits import MAX_DEPTH, MAX_PARTS, MAX_TEXT_CHARS
from resources.connectors.mail.markup import text_of
from resources.connectors.mail.words import decoded

_TEXTS = ("text/plain", "text/html")


class TooComplex(Exception):
    """The parts of a message are too many or nested too deeply."""


@dataclass(slots=True, kw_only=True)
class Body:
    """What a message carries: text, whether it was HTML, attachments, and defects met."""

    texts: list[str] = field(default_factory=list[str])
    is_html: bool = False
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    defects: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        """Return the text of all inline parts, in order, a blank line between them."""
        text = "\n\n".join(one for one in self.texts if one)
        lines = [line.rstrip(" \t") for line in text.split("\n")]
        return "\n".join(lines).strip()[:MAX_TEXT_CHARS]


def read_body(message: EmailMessage) -> Body:
    """Read all parts; raises TooComplex beyond the limits."""
    body = Body()
    if sum(1 for _ in _levels(message, 0)) > MAX_PARTS:
        raise TooComplex
    _read(message, body)
    return body


def _levels(part: Message, depth: int) -> Iterator[int]:
    if depth > MAX_DEPTH:
        raise TooComplex
    yield depth
    for child in _children(part):
        yield from _levels(child, depth + 1)


def _children(part: Message) -> list[Message]:
    if not part.is_multipart():  # without this, the payload would be decoded, by any charset
        return []
    payload = cast("list[object]", part.get_payload())
    return [one for one in payload if isinstance(one, Message)]


def _read(part: Message, body: Body) -> None:
    kind = part.get_content_type()
    children = _children(part)
    if kind == "multipart/alternative" and children:
        _read_alternatives(children, body)
    elif part.get_content_maintype() == "multipart" and children:
        for child in children:
            _read(child, body)
    elif kind in _TEXTS and part.get_content_disposition() != "attachment" and not _name(part):
        _read_text(part, kind, body)
    elif part.get_content_maintype() == "multipart":
        _read_text(part, "text/plain", body)
    else:
        body.attachments.append(_attachment(part, children, body))


def _read_alternatives(children: list[Message], body: Body) -> None:
    """Keep the text of the first alternative that has any, plain before HTML; attach the rest."""
    readings: list[Body] = []
    for child in children:
        reading = Body()
        _read(child, reading)
        readings.append(reading)
        body.attachments += reading.attachments
        body.defects += reading.defects
    chosen = min((one for one in readings if one.text), key=lambda one: one.is_html, default=None)
    if chosen is not None:
        body.texts.append(chosen.text)
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
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attachment(part: Message, children: list[Message], body: Body) -> Attachment:
    content = _inner(children, body) if children else _content(part)
    return Attachment(name=_name(part), content_type=part.get_content_type(), content=content)


def _inner(children: list[Message], body: Body) -> bytes:
    """Return the bytes of a message inside the message, or of a delivery report's fields."""
    try:
        return b"\n".join(one.as_bytes(policy=email.policy.compat32) for one in children)
    except (ValueError, LookupError, TypeError, AttributeError):
        body.defects.append("attachment_unreadable")
        return b""


def _name(part: Message) -> str:
    """Return the file name as sent: RFC 2231, or encoded words as many programs write."""
    value = part.get_param("filename", None, "content-disposition") or part.get_param("name", None)
    return _plain(decoded(value)) if isinstance(value, str) else ""


def _plain(name: str) -> str:
    return "".join(char for char in clean_text(name) if char.isprintable())[:255]

"""Owns writing one message to bytes: the same arguments, key and instant give the same bytes.

The fields are written here, each value being validated to hold no line end; the standard library's
folding encodes a long Message-ID as if it were text (https://bugs.python.org/issue35805).
"""

import base64
import email.policy
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from aios_defs.core.canonical import sha256_hex
from resources.connectors.mail.arguments import MailArguments
from resources.connectors.mail.parse import KEY_FIELD

_POLICY = email.policy.default.clone(cte_type="7bit", linesep="\n")
_WORD_BYTES = 45
_LINE_CHARS = 60


def message_id(key: str, address: str) -> str:
    """Return the Message-ID of the effect of that key, without angle brackets."""
    return f"aios-{key}@{address.rpartition('@')[2]}"


def compose(arguments: MailArguments, *, key: str, address: str, at: datetime) -> bytes:
    """Return the message as a Maildir holds it (lines end in LF); Bcc is not in it."""
    fields = dict(_fields(arguments, key=key, address=address, at=at))
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    content = EmailMessage(policy=_POLICY)
    body = arguments.body.replace("\r\n", "\n").replace("\r", "\n")
    content.set_content(body.removesuffix("\n") + "\n", charset="utf-8")
    return head.encode("utf-8") + content.as_bytes()


def content_digest(arguments: MailArguments, *, key: str, address: str) -> str:
    """Return the digest of what is sent, whenever that is; another content gives another digest.

    The key is part of it, so that equal contents of two actions don't show as equal on disk.
    """
    content = arguments.model_dump(mode="json")
    return sha256_hex({"key": key, "from": address, "content": content})


def _fields(
    arguments: MailArguments, *, key: str, address: str, at: datetime
) -> Iterator[tuple[str, str]]:
    yield "From", address
    yield "To", _folded(arguments.to, ",")
    if arguments.cc:
        yield "Cc", _folded(arguments.cc, ",")
    yield "Subject", _subject(arguments.subject)
    yield "Date", format_datetime(at)
    yield "Message-ID", f"<{message_id(key, address)}>"
    yield KEY_FIELD, key
    parent = (arguments.in_reply_to,) if arguments.in_reply_to else ()
    if parent:
        yield "In-Reply-To", f"<{parent[0]}>"
    if arguments.references or parent:
        yield "References", _folded((f"<{one}>" for one in arguments.references or parent), "")
    if arguments.automatic:
        yield "Auto-Submitted", "auto-replied" if parent else "auto-generated"


def _folded(values: Iterable[str], separator: str) -> str:
    return f"{separator}\n ".join(values)


def _subject(text: str) -> str:
    """Return the subject as it is when it is short ASCII, else in encoded words (RFC 2047)."""
    if text.isascii() and text.isprintable() and len(text) <= _LINE_CHARS and "=?" not in text:
        return text
    return "\n ".join(_words(text))


def _words(text: str) -> Iterator[str]:
    chunk = b""
    for char in text:
        encoded = char.encode("utf-8")
        if len(chunk) + len(encoded) > _WORD_BYTES:
            yield _word(chunk)
            chunk = b""
        chunk += encoded
    yield _word(chunk)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="

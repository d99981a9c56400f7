"""Owns understanding one raw message: parsed, or refused with the reason and what to do.

Whatever the bytes, `parse_message` returns or raises InboundUnreadable (a property test). It reads
nothing but the bytes, so a message parses the same for ever. RFC 5322, 2045-2047, 2231.
"""

import hashlib
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from aios_defs.core.connector import Item, ParsedMessage
from aios_defs.core.errors import InboundUnreadable
from aios_defs.core.label_rules import CONFIDENTIAL
from resources.connectors.mail.addresses import AddressList, Mailbox, read_addresses
from resources.connectors.mail.authentication import authenticated
from resources.connectors.mail.automatic import automatic_kind
from resources.connectors.mail.body import Body, read_body
from resources.connectors.mail.limits import (
    MAX_KEPT_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_NAME_CHARS,
    MAX_REFERENCES,
    MAX_SUBJECT_CHARS,
)
from resources.connectors.mail.tree import TooComplex, read_tree
from resources.connectors.mail.words import decoded

KEY_FIELD = "X-AIOS-Op"
_KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")
_SENSITIVE = ("personal", "private", "company-confidential", "confidential")
_CONFIDENTIAL = re.compile(
    r"\b(?:confidential|vertraulich|confidentiel|confidencial|riservato|vertrouwelijk)\b",
    re.IGNORECASE,
)
_ID = re.compile(r"<\s*([^<>\s]{1,990})\s*>")


def parse_message(item: Item, authserv_id: str | None = None) -> ParsedMessage:
    """Understand an item; raises InboundUnreadable and nothing else.

    `authserv_id` names the receiver whose Authentication-Results are believed.
    """
    try:
        _check_size(item)
        return _parsed(item, read_tree(item.raw), authserv_id)
    except InboundUnreadable:
        raise
    except TooComplex as error:
        raise _refused(item, f"has more {error}") from error
    except Exception as error:  # the edge: on bad mail the library has raised a dozen kinds
        raise _refused(item, f"broke the parser ({type(error).__name__})") from error


def is_key(text: str) -> bool:
    """Return whether a text has the form of an idempotency key."""
    return _KEY.fullmatch(text) is not None


def _refused(item: Item, reason: str) -> InboundUnreadable:
    return InboundUnreadable(
        f"The message {item.ref!r} {reason}.",
        remedy="Look at it with `aios quarantine show`, answer it by hand if it is genuine, "
        "then skip it.",
        ref=item.ref,
        reason=reason,
    )


def _check_size(item: Item) -> None:
    if not item.raw.strip():
        raise _refused(item, "is empty")
    if len(item.raw) > MAX_KEPT_BYTES:
        raise _refused(item, f"is larger than {MAX_KEPT_BYTES} bytes, and only its beginning kept")
    if len(item.raw) > MAX_MESSAGE_BYTES:
        raise _refused(item, f"is larger than {MAX_MESSAGE_BYTES} bytes")


def _parsed(item: Item, message: EmailMessage, authserv_id: str | None) -> ParsedMessage:
    sender = _sender(item, message)
    body = read_body(message)
    lists = {name: _addresses(message, name) for name in ("reply-to", "to", "cc")}
    return ParsedMessage(
        message_id=_message_id(item, message),
        references=_references(message),
        sender=sender.address,
        sender_name=sender.name[:MAX_NAME_CHARS],
        reply_to=lists["reply-to"].addresses,
        to=lists["to"].addresses,
        cc=lists["cc"].addresses,
        subject=decoded(_first(message, "subject"))[:MAX_SUBJECT_CHARS],
        date=_date(message),
        text=body.text,
        is_html=body.is_html,
        automatic=automatic_kind(message, sender.address),
        authenticated=authenticated(message, sender.address, authserv_id),
        own_key=_own_key(message),
        attachments=tuple(body.attachments),
        signs=tuple(dict.fromkeys((*body.signs, *_confidential(message)))),
        defects=_defects(message, body, lists),
    )


def _first(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def _confidential(message: EmailMessage) -> tuple[str, ...]:
    """Return the sign of a mail whose sender asks that it go no further (Sensitivity, RFC 4021)."""
    asked = _first(message, "sensitivity").strip().lower() in _SENSITIVE
    named = _CONFIDENTIAL.search(decoded(_first(message, "subject"))[:MAX_SUBJECT_CHARS])
    return (CONFIDENTIAL,) if asked or named else ()


def _sender(item: Item, message: EmailMessage) -> Mailbox:
    """Return the one author; several, or none that can be read, could hide who wrote."""
    fields = message.get_all("from", [])
    if len(fields) != 1:
        raise _refused(item, "has no From field" if not fields else "has several From fields")
    found = read_addresses(str(fields[0]))
    if len(found.mailboxes) != 1 or found.dropped:
        raise _refused(item, "has a From field that does not name exactly one address")
    return found.mailboxes[0]


def _addresses(message: EmailMessage, name: str) -> AddressList:
    return read_addresses(", ".join(str(one) for one in message.get_all(name, [])))


def _message_id(item: Item, message: EmailMessage) -> str:
    value = _first(message, "message-id")
    match = _ID.search(value)
    if match:
        return match[1]
    if re.fullmatch(r"[^\s<>]{1,990}", value):
        return value
    return f"{hashlib.sha256(item.raw).hexdigest()}@missing.invalid"


def _references(message: EmailMessage) -> tuple[str, ...]:
    """Return the ancestors, oldest first: References, then In-Reply-To."""
    fields = [*message.get_all("references", []), *message.get_all("in-reply-to", [])]
    found = tuple(dict.fromkeys(_ID.findall(" ".join(str(one) for one in fields))))
    if len(found) <= MAX_REFERENCES:
        return found
    return (found[0], *found[-MAX_REFERENCES + 1 :])


def _date(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_first(message, "date"))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _own_key(message: EmailMessage) -> str | None:
    fields = message.get_all(KEY_FIELD, [])
    return str(fields[0]) if len(fields) == 1 and is_key(str(fields[0])) else None


def _defects(message: EmailMessage, body: Body, lists: dict[str, AddressList]) -> tuple[str, ...]:
    """Return what was off, as fixed words: never text of the message."""
    found = [type(one).__name__ for one in message.defects] + body.defects
    found += ["address_dropped" for one in lists.values() if one.dropped]
    found += ["message_id_missing"] if not _first(message, "message-id") else []
    found += ["date_unreadable"] if _date(message) is None else []
    return tuple(sorted(set(found)))

"""Owns building raw mails for tests."""

from datetime import UTC, datetime

from aios_defs.core.connector import Item, ParsedMessage
from resources.connectors.mail.parse import parse_message

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FROM = "From: Ann Lee <ann@customer.test>"


def raw_mail(*fields: str, body: bytes = b"Hi.\n", sender: str = FROM) -> bytes:
    head = "".join(f"{one}\r\n" for one in (sender, *fields) if one)
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + body


def item_of(raw: bytes) -> Item:
    return Item(ref="inbox:1.host", folder="inbox", stored_at=AT, raw=raw)


def parsed(raw: bytes, authserv_id: str | None = None) -> ParsedMessage:
    return parse_message(item_of(raw), authserv_id)


def parsed_mail(*fields: str, body: bytes = b"Hi.\n", sender: str = FROM) -> ParsedMessage:
    return parsed(raw_mail(*fields, body=body, sender=sender))

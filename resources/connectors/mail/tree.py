"""Owns building the tree of parts from raw bytes, within limits that are checked beforehand.

The library's parser takes time by lines, boundaries and levels together, so each is counted first.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.parser import BytesFeedParser
from typing import cast

from resources.connectors.mail.limits import (
    MAX_BOUNDARIES,
    MAX_COMPARISONS,
    MAX_DASHED_LINES,
    MAX_DEPTH,
    MAX_HEAD_LINES,
    MAX_LINES,
    MAX_PARTS,
)
from resources.connectors.mail.words import LENIENT

_FEED_BYTES = 64 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_DASHED = re.compile(rb"[\r\n]--")
_BOUNDARY = re.compile(rb"boundary(?:\*\d*\*?)?\s*=", re.IGNORECASE)


class TooComplex(Exception):
    """A message goes beyond a limit, which the text names after `has more `."""


def read_tree(raw: bytes) -> EmailMessage:
    """Return the message with all its parts; raises TooComplex."""
    _count(raw)
    try:
        message = _built(raw)
    except RecursionError as error:  # messages within messages have no boundary to count
        raise _too_many_parts() from error
    if sum(1 for _ in _levels(message, 0)) > MAX_PARTS:
        raise _too_many_parts()
    return message


def _built(raw: bytes) -> EmailMessage:
    parser = BytesFeedParser(policy=LENIENT)
    for start in range(0, len(raw), _FEED_BYTES):  # at once, it would take the bytes eight times
        parser.feed(raw[start : start + _FEED_BYTES])
    return cast("EmailMessage", parser.close())


def children(part: Message) -> list[Message]:
    """Return the parts within a part."""
    if not part.is_multipart():  # without this, the payload would be decoded, by any charset
        return []
    payload = cast("list[object]", part.get_payload())
    return [one for one in payload if isinstance(one, Message)]


def _count(raw: bytes) -> None:
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if lines > MAX_LINES:
        raise TooComplex(f"than {MAX_LINES} lines")
    boundaries = sum(1 for _ in _BOUNDARY.finditer(raw))
    if boundaries > MAX_BOUNDARIES or boundaries * lines > MAX_COMPARISONS:
        raise _too_many_parts()
    head = _HEAD_END.search(raw)
    if raw.count(b"\n", 0, head.start() if head else None) > MAX_HEAD_LINES:
        raise TooComplex(f"than {MAX_HEAD_LINES} lines of header fields")
    if boundaries and sum(1 for _ in _DASHED.finditer(raw)) > MAX_DASHED_LINES:
        raise _too_many_parts()


def _levels(part: Message, depth: int) -> Iterator[int]:
    if depth > MAX_DEPTH:
        raise _too_many_parts()
    yield depth
    for child in children(part):
        yield from _levels(child, depth + 1)


def _too_many_parts() -> TooComplex:
    return TooComplex("parts or levels than a person's mail has")

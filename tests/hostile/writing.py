"""Owns the raw bytes that hostile mails are written with: heads, parts, and who writes them."""

import base64
from collections.abc import Callable
from random import Random  # noqa: TID251 - handed in, seeded

Maker = Callable[[Random, int], bytes]
"""Writes one mail from chance and the mail's number, which makes it differ from every other."""

SENDERS = 2_000
TEXTS = (
    "How much is the blue widget?",
    "Could you send me the price?",
    "Thank you, that is all I needed.",
    "Where is my order? It was due last week.",
    "Wie viel kostet das blaue Teil? Grüße",
    "価格を教えてください。",
    "Please send the invoice again, the first one is gone.",
)


def sender(number: int) -> str:
    """Return a From field."""
    return f"From: Guest {number % 97} <guest{number % SENDERS}@outside{number % 31}.example>"


def mail(
    number: int, *fields: str, body: bytes | str = "", author: str | None = None, eol: str = "\r\n"
) -> bytes:
    """Return a mail: From, To, Subject, Message-ID unless the fields name their own, then those."""
    named = {one.partition(":")[0].lower() for one in fields}
    head = [
        sender(number) if author is None else author,
        "To: desk@widgets.example",
        f"Subject: Question {number}",
        f"Message-ID: <{number}@outside.example>",
        "Date: Mon, 03 Feb 2031 10:00:00 +0100",
    ]
    kept = [one for one in head if one and one.partition(":")[0].lower() not in named]
    text = eol.join([*kept, *(one for one in fields if one), "", ""])
    tail = body if isinstance(body, bytes) else body.encode()
    return text.encode("utf-8", "surrogateescape") + (tail or f"Mail {number}.\r\n".encode())


def part(*fields: str, body: bytes | str = "", boundary: str = "b") -> bytes:
    """Return one part of a multipart body."""
    head = "".join(f"{one}\r\n" for one in fields)
    tail = body if isinstance(body, bytes) else body.encode()
    return f"--{boundary}\r\n{head}\r\n".encode() + tail + b"\r\n"


def multipart(kind: str = "mixed", boundary: str = "b", more: str = "") -> str:
    """Return the Content-Type of a multipart."""
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}'


def attached(content: bytes, name: str, kind: str = "application/octet-stream") -> bytes:
    """Return an attachment part in base64."""
    return part(
        f"Content-Type: {kind}",
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        body=base64.encodebytes(content),
    )


def chosen(chance: Random) -> str:
    """Return a text that a customer might write."""
    return chance.choice(TEXTS)

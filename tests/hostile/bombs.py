"""Owns mails built to exhaust whoever reads them: in levels, parts, bytes, lines, folds and tags.

Each is as large as its strength says: 1 is the size at which a limit must bite, a fraction less.
"""

import gzip
import io
import zipfile
from random import Random  # noqa: TID251 - handed in, seeded

from tests.hostile.writing import Maker, attached, mail, multipart, part


def deep(levels: int) -> Maker:
    """Return the maker of a mail with that many nested multiparts."""

    def make(_chance: Random, number: int) -> bytes:
        nested = b"".join(
            part(multipart(boundary=f"b{one + 1}"), boundary=f"b{one}") for one in range(levels)
        )
        return mail(number, multipart(boundary="b0"), body=nested + b"x")

    return make


def deep_in_one_boundary(levels: int) -> Maker:
    """Return the maker of nested multiparts that all share one boundary."""

    def make(_chance: Random, number: int) -> bytes:
        return mail(number, multipart(), body=part(multipart()) * levels)

    return make


def deep_messages(levels: int) -> Maker:
    """Return the maker of messages within messages."""

    def make(_chance: Random, number: int) -> bytes:
        return mail(number, "Content-Type: message/rfc822", body=_RFC822 * levels + b"x")

    return make


_RFC822 = b"Content-Type: message/rfc822\r\n\r\n"


def many_parts(count: int) -> Maker:
    """Return the maker of a mail with that many parts."""

    def make(_chance: Random, number: int) -> bytes:
        return mail(number, multipart(), body=b"--b\r\n\r\nx\r\n" * count + b"--b--")

    return make


def many_lines(count: int) -> Maker:
    """Return the maker of a mail of that many header lines."""

    def make(_chance: Random, number: int) -> bytes:
        return mail(number, *[f"X-{one % 7}: {one}" for one in range(count)])

    return make


def folded(count: int) -> Maker:
    """Return the maker of one header field folded that often, half of the folds empty."""

    def make(_chance: Random, number: int) -> bytes:
        return mail(number, "Subject: a" + "\r\n \r\n\tb" * count)

    return make


def long_field(name: str, piece: str, length: int) -> Maker:
    """Return the maker of one endless header field."""

    def make(_chance: Random, number: int) -> bytes:
        return mail(number, f"{name}: " + piece * (length // len(piece)))

    return make


def zeros(size: int) -> Maker:
    """Return the maker of a base64 part of that many bytes, all alike."""

    def make(_chance: Random, number: int) -> bytes:
        lines = (b"A" * 76 + b"\r\n") * (size // 78)
        head = ("Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64")
        return mail(number, *head, body=lines)

    return make


def compressed(size: int) -> Maker:
    """Return the maker of a mail with a zip and a gzip that would grow to that size."""

    def make(chance: Random, number: int) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(zipfile.ZipInfo("../../etc/passwd"), b"\0" * size, zipfile.ZIP_DEFLATED)
        zipped = attached(packed.getvalue(), "42.zip", "application/zip")
        gzipped = attached(gzip.compress(b"\0" * size, mtime=0), "logs.gz", "application/gzip")
        body = part(body=f"See the files {chance.random()}") + zipped + gzipped + b"--b--"
        return mail(number, multipart(), body=body)

    return make


def html(piece: str, length: int) -> Maker:
    """Return the maker of an HTML mail that repeats a piece."""

    def make(_chance: Random, number: int) -> bytes:
        text = piece * (length // len(piece))
        return mail(number, "Content-Type: text/html; charset=utf-8", body=f"<p>{number}</p>{text}")

    return make


_TAGS = ("<div>", "<a ", '<a href="', "&amp;", "&#x41;", "<!--", "<table><tr><td>", "<b a='", "&")
_FIELDS = (
    ("Subject", "=?utf-8?q?a?= "),
    ("To", "a@x.example, "),
    ("To", "("),
    ("References", "<a@b> "),
    ("Content-Type", "text/plain; a*0=b; "),
    ("Authentication-Results", "mx.example; dkim=pass ("),
    ("X-Long", "a"),
)


def bombs(strength: float) -> dict[str, Maker]:
    """Return the makers by class, at that share of the size at which a limit must bite."""
    scale = strength.__mul__
    found = {
        "bomb deep": deep(round(scale(10_000))),
        "bomb deep one boundary": deep_in_one_boundary(round(scale(10_000))),
        "bomb messages": deep_messages(round(scale(10_000))),
        "bomb parts": many_parts(round(scale(100_000))),
        "bomb header lines": many_lines(round(scale(100_000))),
        "bomb folds": folded(round(scale(100_000))),
        "bomb zeros": zeros(round(scale(40_000_000))),
        "bomb compressed": compressed(round(scale(20_000_000))),
    }
    found |= {
        f"bomb html {place}": html(one, round(scale(4_000_000))) for place, one in enumerate(_TAGS)
    }
    return found | {
        f"bomb field {place}": long_field(name, piece, round(scale(4_000_000)))
        for place, (name, piece) in enumerate(_FIELDS)
    }

"""Owns reading what the trusted receiver says of a message's From address (RFC 8601).

Only the topmost Authentication-Results field counts, and only if it carries the receiver's own
authserv-id: servers add theirs above what was there, so what stands below may be the sender's.
A dmarc result wins: the receiver aligned by the public list of suffixes. Without one, dkim or spf
must have passed for the From domain or one above it. Relaxed alignment (RFC 7489 §3.1) would also
take a domain beside or below; that needs the list, or `a.co.uk` would vouch for `b.co.uk`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from resources.connectors.mail.addresses import mask

Authenticated = Literal["pass", "fail", "none"]

_METHOD = re.compile(r"\s*([a-z][\w-]*)(?:\s*/\s*(\d+))?\s*=\s*([a-z]+)(?![^\s;])")
_PROPERTY = re.compile(r"(?<![^\s])([a-z]+)\s*\.\s*([\w-]+)\s*=\s*([^\s;]+)")
_SIGNERS = {"dkim": (("header", "d"), ("header", "i")), "spf": (("smtp", "mailfrom"),)}
_VERSION = "1"
_MAX_RESULTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """One method's result, with its properties by type and name."""

    method: str
    outcome: str
    properties: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])


def authenticated(message: EmailMessage, sender: str, authserv_id: str | None) -> Authenticated:
    """Return the trusted receiver's verdict on the From address; none without such a receiver."""
    fields = message.get_all("authentication-results", [])
    if not authserv_id or not fields:
        return "none"
    authority, *results = _plain(str(fields[0])).split(";")[: _MAX_RESULTS + 1]
    if not _is_of(authority.split(), authserv_id):
        return "none"
    read = [one for one in map(_result, results) if one is not None]
    return _verdict(read, sender.rpartition("@")[2])


def vouching(field: str) -> str | None:
    """Return who wrote an Authentication-Results field, by its own word; None when it is none."""
    authority = _plain(field).partition(";")[0].split()
    return authority[0] if authority and _is_of(authority, authority[0]) else None


def _is_of(authority: Sequence[str], authserv_id: str) -> bool:
    """Return whether the field is the receiver's, in a version of the format that we know."""
    return authority[:1] == [authserv_id.lower()] and list(authority[1:]) in ([], [_VERSION])


def _plain(value: str) -> str:
    """Blank comments and quoted strings: what a stranger writes there is no result.

    The authserv-id alone may be quoted (RFC 8601 §2.2: it is a value of RFC 2045).
    """
    value = re.sub(r'^\s*"([^"\\;()]*)"', r"\1", value)
    return mask(value).replace("\x00", " ").lower()


def _result(text: str) -> _Result | None:
    match = _METHOD.match(text)
    if match is None or match[2] not in (None, _VERSION):
        return None
    properties: dict[tuple[str, str], str] = {}
    for one in _PROPERTY.finditer(text, match.end()):
        properties.setdefault((one[1], one[2]), one[3])
    return _Result(method=match[1], outcome=match[3], properties=properties)


def _verdict(results: Sequence[_Result], domain: str) -> Authenticated:
    dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.outcome == "fail" for one in dmarc):
        return "fail"
    is_aligned = any(one.outcome == "pass" and _is_about(one, domain) for one in dmarc)
    return "pass" if is_aligned or any(_vouches(one, domain) for one in results) else "none"


def _is_about(result: _Result, domain: str) -> bool:
    claimed = result.properties.get(("header", "from"), "")
    return claimed.rpartition("@")[2].rstrip(".") == domain


def _vouches(result: _Result, domain: str) -> bool:
    """Return whether the domain that dkim or spf passed for stands behind the From domain."""
    names = _SIGNERS.get(result.method, ())
    signer = next((result.properties[one] for one in names if one in result.properties), "")
    return result.outcome == "pass" and _is_aligned(signer, domain)


def _is_aligned(signer: str, domain: str) -> bool:
    signed = signer.rpartition("@")[2].strip("<>.")
    return signed == domain or ("." in signed and domain.endswith(f".{signed}"))

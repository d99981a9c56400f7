"""Owns reading what the trusted receiver says of a message's From address (RFC 8601).

Only the topmost Authentication-Results field counts, and only if it carries the receiver's own
authserv-id: servers add theirs above what was there, so what stands below may be the sender's.
Alignment is strict, or the From domain lies below the authenticated one; the relaxed way up would
need a list of public suffixes.
"""

import re
from email.message import EmailMessage
from typing import Literal

from resources.connectors.mail.addresses import mask

Authenticated = Literal["pass", "fail", "none"]

_METHOD = re.compile(r"\s*([a-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"(?<![a-z])([a-z]+)\s*\.\s*([\w-]+)\s*=\s*([^\s;]+)", re.IGNORECASE)
_SIGNERS = {"dkim": (("header", "d"), ("header", "i")), "spf": (("smtp", "mailfrom"),)}


def authenticated(message: EmailMessage, sender: str, authserv_id: str | None) -> Authenticated:
    """Return the trusted receiver's verdict on the From address; none without such a receiver."""
    fields = message.get_all("authentication-results", [])
    if not authserv_id or not fields:
        return "none"
    authority, *results = _without_comments(str(fields[0])).split(";")
    if authority.split()[:1] != [authserv_id.lower()]:
        return "none"
    domain = sender.rpartition("@")[2]
    verdicts = [_verdict(result, domain) for result in results]
    if "fail" in verdicts:
        return "fail"
    return "pass" if "pass" in verdicts else "none"


def _without_comments(value: str) -> str:
    """Blank quoted strings and comments: what a stranger writes there is no result."""
    return mask(value).replace("\x00", " ").lower()


def _verdict(result: str, domain: str) -> Authenticated:
    match = _METHOD.match(result)
    if match is None:
        return "none"
    method, outcome = match[1], match[2]
    properties = {(one[1], one[2]): one[3] for one in _PROPERTY.finditer(result, match.end())}
    if method == "dmarc":
        return _dmarc(outcome, properties.get(("header", "from"), ""), domain)
    signers = [properties.get(name, "") for name in _SIGNERS.get(method, ())]
    is_aligned = any(_is_aligned(signer, domain) for signer in signers)
    return "pass" if outcome == "pass" and is_aligned else "none"


def _dmarc(outcome: str, claimed: str, domain: str) -> Authenticated:
    if outcome == "fail":
        return "fail"
    return "pass" if outcome == "pass" and claimed.rpartition("@")[2] == domain else "none"


def _is_aligned(signer: str, domain: str) -> bool:
    signed = signer.rpartition("@")[2].strip("<>.")
    return signed == domain or ("." in signed and domain.endswith(f".{signed}"))

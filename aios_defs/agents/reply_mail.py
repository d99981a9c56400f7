"""Owns the frame of a reply by mail: recipient, subject and thread (RFC 5322, section 3.6.4)."""

import re

from aios_defs.agents.support_pack import text_of, texts_of
from aios_defs.core.decision import Claim, PackItem, Proposal
from aios_defs.core.model import JsonObject, JsonValue

OPERATION = "mail.send"

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_REPLY_MARK = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|odp|rif|ref|r)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f\u0085\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+"
)
_LONGEST_SUBJECT = 150
_KEPT_REFERENCES = 20


def reply_address(message: PackItem) -> str:
    """Return the address that the message came from, or nothing when it is none."""
    address = text_of(message.data.get("from")).lower()
    return address if _ADDRESS.fullmatch(address) else ""


def reply_subject(subject: str) -> str:
    """Return `Re:` and the subject without marks of former replies or control characters."""
    visible = " ".join(_UNPRINTABLE.sub(" ", subject).split())
    bare = _REPLY_MARK.sub("", visible)[:_LONGEST_SUBJECT].strip()
    return f"Re: {bare}".strip()


def reply_proposal(
    message: PackItem, body: str, *, connector: str, claims: tuple[Claim, ...]
) -> Proposal:
    """Return the proposal to send `body` to whom the message is from, in its thread."""
    own_id = text_of(message.data.get("message_id"))
    earlier = [one for one in texts_of(message.data.get("references")) if one != own_id]
    chain = [*earlier[-_KEPT_REFERENCES:], *([own_id] if own_id else [])]
    references: list[JsonValue] = list(chain)
    arguments: JsonObject = {
        "to": [reply_address(message)],
        "cc": [],
        "bcc": [],
        "subject": reply_subject(text_of(message.data.get("subject"))),
        "body": body,
        "in_reply_to": own_id or None,
        "references": references,
    }
    return Proposal(connector=connector, operation=OPERATION, arguments=arguments, claims=claims)

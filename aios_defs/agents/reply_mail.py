"""Owns the frame of a reply by mail: recipient, subject and thread (RFC 5322, section 3.6.4)."""

import re

from aios_defs.agents.support_pack import text_of, texts_of
from aios_defs.core.decision import Claim, PackItem, Proposal
from aios_defs.core.model import JsonObject, JsonValue

OPERATION = "mail.send"

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,250}")
_MESSAGE_ID = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,990}")
_REPLY_MARK = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|odp|rif|ref|r)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_LONGEST_SUBJECT = 150
_KEPT_REFERENCES = 20


def reply_address(message: PackItem) -> str:
    """Return the address that the message came from, or nothing when it is none."""
    address = text_of(message.data.get("from")).lower()
    return address if _ADDRESS.fullmatch(address) and address.isprintable() else ""


def reply_subject(subject: str) -> str:
    """Return `Re:` and the subject without marks of former replies or unprintable characters."""
    visible = "".join(one if one.isprintable() else " " for one in subject)
    bare = _REPLY_MARK.sub("", " ".join(visible.split()))[:_LONGEST_SUBJECT].strip()
    return f"Re: {bare}".strip()


def reply_proposal(
    message: PackItem, body: str, *, connector: str, claims: tuple[Claim, ...]
) -> Proposal:
    """Return the proposal to send `body` to whom the message is from, in its thread."""
    own_id = _message_id(text_of(message.data.get("message_id")))
    named = [_message_id(one) for one in texts_of(message.data.get("references"))]
    earlier = [one for one in named if one and one != own_id]
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


def _message_id(text: str) -> str:
    bare = text.strip().removeprefix("<").removesuffix(">")
    return bare if _MESSAGE_ID.fullmatch(bare) and bare.isprintable() else ""

"""Owns the arguments of `mail.send`: typed, limited, and free of anything that forges a field."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from aios_defs.core.model import Model
from resources.connectors.mail.addresses import normal_address

_MESSAGE_ID = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,990}")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,64}")
_LINE_ENDS = "\r\n\x00\x0b\x0c\x85\u2028\u2029"
MAX_RECIPIENTS = 100


def _address(value: str) -> str:
    normal = normal_address(value)
    if normal is None or not _LOCAL.fullmatch(normal.rpartition("@")[0]):
        raise ValueError("is no mail address")
    return normal


def _one_line(value: str) -> str:
    if any(char in _LINE_ENDS or not (char.isprintable() or char == "\t") for char in value):
        raise ValueError("must be one line without control characters")
    return _storable(value)


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not hold NUL")
    value.encode("utf-8")  # a lone surrogate is no text; UnicodeEncodeError is a ValueError
    return value


def _message_id(value: str) -> str:
    bare = value.strip().removeprefix("<").removesuffix(">")
    if not _MESSAGE_ID.fullmatch(bare):
        raise ValueError("is no Message-ID")
    return bare


Address = Annotated[str, Field(max_length=320), AfterValidator(_address)]
Addresses = Annotated[tuple[Address, ...], Field(max_length=MAX_RECIPIENTS)]
MessageId = Annotated[str, AfterValidator(_message_id)]


class MailArguments(Model):
    """One mail to send.

    Addresses have no display name. `body` is plain text; its line ends may be of any kind.
    `in_reply_to` and `references` are Message-IDs, with or without angle brackets. `automatic` says
    that no person read this content before it goes; it then carries `Auto-Submitted` (RFC 3834:
    `auto-replied`, or `auto-generated` when it answers nothing), so that no program answers it.
    """

    to: Annotated[Addresses, Field(min_length=1)]
    cc: Addresses = ()
    bcc: Addresses = ()
    subject: Annotated[str, Field(max_length=900), AfterValidator(_one_line)]
    body: Annotated[str, Field(max_length=1_000_000), AfterValidator(_storable)]
    in_reply_to: MessageId | None = None
    references: Annotated[tuple[MessageId, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    automatic: bool = False

    @model_validator(mode="after")
    def _is_bounded(self) -> "MailArguments":
        if len({*self.to, *self.cc, *self.bcc}) > MAX_RECIPIENTS:
            raise ValueError(f"has more than {MAX_RECIPIENTS} recipients")
        return self

"""Owns the boundary's rules: which level a message gets when it is taken in.

The operator's `business/labels.yaml` adds to the shipped rules. Of all that match the strictest
holds, so a rule that a sender could play at never widens what another rule keeps.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from aios_defs.core.labels import Level, stricter_level
from aios_defs.core.model import Model
from aios_defs.core.sensitivity import SIGNS

CONFIDENTIAL = "confidential"
"""The sign of a message whose sender asks that it go no further."""

KNOWN_SIGNS = (
    *SIGNS,
    CONFIDENTIAL,
    "forged_sender",
    "own_address",
    "lookalike",
    "encryption",
    "unread_content",
    "missing_text",
    "invitation",
)
"""The signs that a rule may name."""


def _side(value: str) -> str:
    """Take an address or `@` and a domain; both are compared in small letters."""
    _, at, host = value.rpartition("@")
    if not at or not host or value.count("@") != 1 or any(one.isspace() for one in value):
        raise ValueError('must be an address, or a domain as "@example.org"')
    return value.lower()


class LabelRule(Model):
    """One entry of `labels.yaml`: a message that meets all that it names has at least its level.

    `address` is the other side's: who wrote, or whom we wrote to; `@` and a domain stands for all
    of it and of what is below it.
    """

    level: Level
    address: Annotated[str, AfterValidator(_side)] | None = None
    connector: str | None = None
    folder: Literal["inbox", "sent"] | None = None
    sign: str | None = Field(default=None, pattern="^[a-z][a-z_]{0,60}$")

    @model_validator(mode="after")
    def _names_something(self) -> "LabelRule":
        if (self.address, self.connector, self.folder, self.sign) == (None, None, None, None):
            raise ValueError("names no `address`, `connector`, `folder` or `sign`")
        return self

    def meets(self, message: "Boundary") -> bool:
        """Return whether a message is one of those that the rule names."""
        return (
            (self.address is None or _is_of(message.address.lower(), self.address))
            and self.connector in (None, message.connector)
            and self.folder in (None, message.folder)
            and (self.sign is None or self.sign in message.signs)
        )


class Boundary(Model):
    """What is known of a message where it is taken in; `address` is the other side's."""

    address: str
    connector: str
    folder: str
    signs: tuple[str, ...] = ()


SHIPPED = (LabelRule(level=Level.LOCAL, sign=CONFIDENTIAL),)
"""The rules every house begins with."""


def level_of(rules: Sequence[LabelRule], message: Boundary) -> Level:
    """Return the strictest level of the rules that a message meets, shareable of none."""
    met = [one.level for one in (*SHIPPED, *rules) if one.meets(message)]
    return stricter_level(*met) if met else Level.SHAREABLE


def _is_of(address: str, side: str) -> bool:
    if not side.startswith("@"):
        return address == side
    host = address.rpartition("@")[2]
    return host == side[1:] or host.endswith(f".{side[1:]}")

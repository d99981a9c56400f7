"""Owns the shapes of digests, and of how the operator was told."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.shape import Body, Hash, Moment, Nonce, Shape
from aios_defs.core.events.telling import DigestContent

Day = Annotated[
    str,
    Field(description="A date of the operator's.", json_schema_extra={"format": "date"}),
]


class DigestLine(Shape):
    """A digest in the list."""

    id: str
    day: Day
    is_daily: bool
    made_at: Moment
    head_position: int
    head_hash: Hash


class DigestNonces(Shape):
    """The nonce to make a digest."""

    digest: Nonce


class Digests(Shape):
    """The newest digests, and when the next one is made."""

    digests: list[DigestLine]
    next_at: Moment
    nonces: DigestNonces


class Sentence(Shape):
    """A line of a digest, and the page that tells more."""

    text: str
    to: str | None


class Part(Shape):
    """A part of a digest in words."""

    title: str
    to: str | None
    lines: list[Sentence]


class Delivery(Shape):
    """How one channel took it."""

    channel: str
    state: str
    error: str | None
    at: Moment | None


class Digest(Shape):
    """A digest: its content, the same in words, and how it was told."""

    digest_id: str
    day: Day
    is_daily: bool
    since_position: int
    head_position: int
    head_hash: Hash
    content: DigestContent
    made_at: Moment
    sections: list[Part]
    text: str
    channels: list[Delivery]


class MakeDigest(Body):
    """Make a digest now."""

    send: Annotated[str, Field(description="Any text: tell it over every channel as well.")] = ""

"""Owns the shapes of forgetting a person: what it would do, and the certificate of what it did."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.shape import Body, Moment, Nonce, Shape


class Excluded(Shape):
    """What an erasure leaves, why, and what can be done about it."""

    what: str
    why: str
    remedy: str


class Erasing(Shape):
    """What an erasure destroys and leaves; `position` is of the ledger before it."""

    profile_id: str
    position: int
    destroyed: Annotated[dict[str, int], Field(description="How many, by what it was.")]
    waiting: Annotated[int, Field(description="Open tasks that end.")]
    excluded: list[Excluded]


class ErasurePreview(Erasing):
    """What forgetting a person would do; `shown` proves it, `confirmation` is to be typed."""

    shown: str
    confirmation: str
    nonces: dict[str, Nonce]


class ErasureCertificate(Erasing):
    """The certificate of an erasure; `is_finished` once every copy is clean."""

    id: Annotated[str, Field(description="Of the event.")]
    at: Moment
    is_finished: bool


class Forgetting(Body):
    """Forget a person as it was shown."""

    shown: Annotated[str, Field(description="The `shown` of the preview.")]
    confirmation: Annotated[str, Field(description="The `confirmation` of the preview.")]

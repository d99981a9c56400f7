"""Owns the shapes of labels."""

from typing import Annotated, Literal

from pydantic import Field

from aios_defs.console.api.shapes.shape import Body, Nonce, Shape


class Left(Shape):
    """An action that left and carried it, or may have."""

    action_id: str
    operation: str


class LabelShown(Shape):
    """How far a fact or message may go, whom it is about, and what left since it was lowered."""

    id: str
    kind: Literal["fact", "message"]
    level: str
    former: Annotated[str, Field(description="The level it was given first.")]
    trust: str
    audience: list[str]
    is_lowered: bool
    may_be: Annotated[list[str], Field(description="The levels it could be lowered to.")]
    left: list[Left]


class Labelled(LabelShown):
    """A label, with a nonce for each act."""

    nonces: dict[str, Nonce]


class Lowering(Body):
    """How far it may go."""

    level: Literal["shareable", "public"]

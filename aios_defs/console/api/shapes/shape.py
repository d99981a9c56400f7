"""Owns what the shapes of all areas are made of: ids, moments, nonces, looks, problems.

A shape says what an answer has; it may come to have more, so a reader passes over names that it
does not know. Answers are not made from shapes, and not checked against them when they are sent:
the tests hold every answer to its shape.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aios_defs.core.model import JsonValue

Moment = Annotated[
    str,
    Field(
        description="A moment in UTC (RFC 3339).",
        examples=["2031-05-06T07:08:09.000000Z"],
        json_schema_extra={"format": "date-time"},
    ),
]
Hash = Annotated[str, Field(description="A SHA-256 in hexadecimal digits.")]
Nonce = Annotated[str, Field(description="Sent once with the act that it is for.")]
Anything = Annotated[JsonValue, Field(description="Any JSON value.")]


class Shape(BaseModel):
    """What an answer has; it may come to have more."""

    model_config = ConfigDict(serialize_by_alias=True)


class Body(BaseModel):
    """What an act takes: the nonce that came with what was read, and the values of the act."""

    model_config = ConfigDict(extra="forbid")
    nonce: Annotated[str, Field(description="The nonce for this act, from what was read.")]


class Plain(Body):
    """An act that needs nothing beside its nonce."""


class LookError(Shape):
    """Why a look failed."""

    code: str
    message: str
    remedy: str


class Look(Shape):
    """Something slow, done beside the answer: `state` says whether it is over.

    While it is running, and when it failed, a `result` is that of the look before.
    """

    state: Annotated[str, Field(description="running, done or failed")]
    at: Annotated[Moment, Field(description="When it began.")]
    done: Annotated[int, Field(description="How many steps are done.")]
    total: Annotated[int, Field(description="Of how many; 0 while nobody knows.")]
    error: LookError | None


class Link(Shape):
    """Something of the ledger, by its kind and id."""

    kind: str
    id: str


class Problem(Shape):
    """An error (RFC 9457): what happened and what to do, never a text that came from outside.

    Beside these it may name ids and states.
    """

    type: Annotated[str, Field(description="Names the kind of error, by its code.")]
    title: Annotated[str, Field(description="What happened, in a sentence.")]
    status: Annotated[int, Field(description="The status of the answer.", ge=400, le=599)]
    detail: Annotated[str, Field(description="The same as `remedy`.")]
    code: Annotated[str, Field(description="One of docs/reference/errors.md.")]
    remedy: Annotated[str, Field(description="What to do next.")]

"""Owns the shapes of facts; what one says may have come from outside."""

from typing import Annotated, Literal

from pydantic import Field

from aios_defs.console.api.shapes.activity import Named
from aios_defs.console.api.shapes.shape import Body, Link, Moment, Nonce, Shape


class FactLine(Shape):
    """A fact in words; `level` says who may read it, `trust` who vouches for it."""

    id: str
    name: str
    topic: str | None
    predicate: str
    value: str
    state: str
    holds: bool
    level: str
    trust: str
    is_tainted: bool
    audience: int
    confidence: float
    valid_from: Moment | None
    valid_to: Moment | None
    review_at: Moment | None
    is_review_due: bool
    recorded_at: Moment | None
    is_gone: Annotated[bool, Field(description="It holds for no time any more.")]
    superseded_by: str | None
    position: int


class Source(Shape):
    """Where a fact comes from; `sentence` holds the words it was taken from, of outside."""

    kind: str
    file: str | None
    event_id: str | None
    link: Link | None
    sentence: str | None
    by: str | None
    at: Moment | None
    import_id: str | None


class SourcedFact(FactLine):
    """A fact and where it comes from."""

    source: Source


class Facts(Shape):
    """The facts of the house, or of a person, by topic."""

    facts: list[SourcedFact]


class StoryLine(Shape):
    """What happened to a version of a fact."""

    text: str
    at: Moment
    by: str
    position: int


class Version(SourcedFact):
    """A version of a fact with its story."""

    story: list[StoryLine]


class Citing(Shape):
    """An action that cites a fact."""

    action_id: str
    operation: str
    state: str
    summary: str
    at: Moment


class Evidence(Shape):
    """Who said the same again."""

    by: str
    at: Moment
    event_id: str | None
    import_id: str | None


class FactFile(Shape):
    """What the business file says of a fact, and whose word stands."""

    file: str
    value: str
    is_same: bool
    note: str


class FactShown(SourcedFact):
    """A fact with its history, oldest first, and the actions that cite it, newest first."""

    subject: Named | None
    history: list[Version]
    evidence: list[Evidence]
    cited_by: list[Citing]
    file: FactFile | None
    acts: list[str]


class Fact(FactShown):
    """A fact with its history, and a nonce for each act that it takes."""

    nonces: dict[str, Nonce]


class Correction(Body):
    """What is really true."""

    value: Annotated[str, Field(examples=["45.00 EUR"])]


class Retraction(Body):
    """Why the fact does not hold."""

    reason: Literal["wrong", "over"] = "wrong"

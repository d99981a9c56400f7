"""Owns the events of facts: proposed, asserted, evidenced, replaced, retracted, disputed, settled.

A field that was added later is left out of the stored data while it is None, so that data written
before reads and writes back the same.
"""

from typing import Annotated

from pydantic import Field

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.labels import Label
from aios_defs.core.model import Instant
from aios_defs.core.sealed import Sealed


def _is_none(value: object) -> bool:
    return value is None


Text = Annotated[str | None, Field(exclude_if=_is_none)]
Moment = Annotated[Instant | None, Field(exclude_if=_is_none)]


class FactRecord(EventData):
    """A fact with all that is known of it.

    `subject_id` is a profile, or None for the house; `topic` what it is about in the operator's
    words (house facts only), or the keyed hash of a title that is sealed with the value. `value` is
    the sealed canonical JSON. `source_event` with `span`
    (start and end characters in the source's text) tells where it stands; `source_event` is None
    when it came from a business file, which `source_file` names, or from an import, which
    `import_id` names. `author` is who said so, as an actor (`operator`, `agent:support`); None: the
    event's own. From `review_at` on the operator is told that it should be looked at again.
    """

    fact_id: str
    subject_id: str | None
    topic: str | None
    predicate: str
    value: Sealed
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    source_event: str | None = None
    source_file: str | None = None
    span: tuple[int, int] | None = None
    label: Label
    confidence: float = 1.0
    author: Text = None
    import_id: Text = None
    review_at: Moment = None


@event("fact.proposed.v1")
class FactProposed(EventData):
    """An agent thinks this should be remembered; nothing uses it before it is asserted."""

    fact: FactRecord
    task_id: str | None = None


@event("fact.asserted.v1")
class FactAsserted(EventData):
    """A fact holds from now on; `supersedes` names the one it replaces."""

    fact: FactRecord
    supersedes: str | None = None


@event("fact.evidenced.v1")
class FactEvidenced(EventData):
    """The same was said again: one more source of a fact, no second fact.

    `review_at` moves when the operator said so again.
    """

    fact_id: str
    source_event: str | None = None
    source_file: str | None = None
    span: tuple[int, int] | None = None
    author: str
    import_id: str | None = None
    confidence: float = 1.0
    review_at: Instant | None = None


@event("fact.superseded.v1")
class FactSuperseded(EventData):
    """A fact was replaced, with the reason; its text stays readable in its history.

    With `until` it was a change: the fact still answers for the time before. Without, a correction:
    it was never true.
    """

    fact_id: str
    by: str
    reason: str
    until: Moment = None


@event("fact.retracted.v1")
class FactRetracted(EventData):
    """A fact was never true, or the operator rejected the proposal.

    With `until` it was true before that, and is not any more.
    """

    fact_id: str
    reason: str
    until: Moment = None


@event("fact.disputed.v1")
class FactDisputed(EventData):
    """Two sources disagree, `fact_id` being the newer word; the operator decides."""

    fact_id: str
    other_id: str


@event("fact.settled.v1")
class FactSettled(EventData):
    """Two facts disagree no more, and both are kept; otherwise one is superseded or retracted."""

    fact_id: str
    other_id: str
    reason: str

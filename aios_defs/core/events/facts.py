"""Owns the events of facts: proposed, asserted, superseded, retracted, disputed."""

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.labels import Label
from aios_defs.core.model import Instant
from aios_defs.core.sealed import Sealed


class FactRecord(EventData):
    """A fact with all that is known of it.

    `subject_id` is a profile, or None for the house; `topic` what it is about in the operator's
    words (house facts only). `value` is the sealed canonical JSON. `source_event` with `span`
    (start and end characters in the source's text) tells where it stands; `source_event` is None
    when it came from a business file, which `source_file` names.
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


@event("fact.superseded.v1")
class FactSuperseded(EventData):
    """A fact was replaced, with the reason; its text stays readable in its history."""

    fact_id: str
    by: str
    reason: str


@event("fact.retracted.v1")
class FactRetracted(EventData):
    """A fact was never true, or the operator rejected the proposal."""

    fact_id: str
    reason: str


@event("fact.disputed.v1")
class FactDisputed(EventData):
    """Two sources disagree; the operator decides."""

    fact_id: str
    other_id: str

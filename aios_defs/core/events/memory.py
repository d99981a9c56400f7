"""Owns the events of memory: profiles, facts, archives and erasure."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.labels import Label
from aios_defs.core.model import Instant
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef


class IdentityRecord(EventData):
    """One identity of a profile: kind (`address`), its keyed hash, its sealed value and basis.

    `basis` says why it is believed: operator (created or imported by the operator), written_to
    (the operator wrote to it), inbound (it wrote to us; no participant by itself).
    """

    kind: Literal["address"]
    lookup: str
    value: Sealed
    basis: Literal["operator", "written_to", "inbound"]


@event("profile.created.v1")
class ProfileCreated(EventData):
    """A person or company became known. Created from inbound mail it is third-party."""

    profile_id: str
    subject_ref: SubjectRef
    kind: Literal["person", "company", "project"]
    stage: Literal["lead", "customer", "former"]
    name: Sealed
    identities: tuple[IdentityRecord, ...]
    origin: Literal["operator", "inbound"]


@event("profile.endorsed.v1")
class ProfileEndorsed(EventData):
    """The operator vouches for a profile: it is first-party from now on.

    `basis` becomes that of its identities: operator, or written_to when the operator wrote to it.
    """

    profile_id: str
    basis: Literal["operator", "written_to"] = "operator"


@event("profile.renamed.v1")
class ProfileRenamed(EventData):
    """The operator calls a profile something else, or moved it to another stage."""

    profile_id: str
    name: Sealed
    stage: Literal["lead", "customer", "former"]


@event("profile.merged.v1")
class ProfileMerged(EventData):
    """Two profiles are one person; reversible."""

    profile_id: str
    other_id: str
    evidence: Sealed


@event("profile.split.v1")
class ProfileSplit(EventData):
    """A merge is taken back."""

    profile_id: str
    other_id: str


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


@event("memory.archived.v1")
class MemoryArchived(EventData):
    """A partition of interactions was archived as an artifact."""

    partition: str
    from_position: int
    to_position: int
    artifact: str


@event("subject.erased.v1")
class SubjectErased(EventData):
    """The keys of a subject were destroyed; the certificate says what was excluded and why."""

    profile_id: str
    subject_refs: tuple[SubjectRef, ...]
    certificate: BlobRef | None = None

"""Owns the events of profiles: who is who, merges and splits."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.sealed import Sealed, SubjectRef


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

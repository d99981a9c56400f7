"""Owns the events of profiles: who is who, merges and splits, what may be the same."""

from typing import Annotated, Literal

from pydantic import Field

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.sealed import Sealed, SubjectRef

IdentityKind = Literal["address", "phone", "handle", "domain", "name"]
Basis = Literal["operator", "written_to", "inbound"]
Stage = Literal["lead", "customer", "former"]
Status = Literal["planned", "active", "paused", "done"]
ProfileKind = Literal["person", "company", "project"]


def _is_none(value: object) -> bool:
    return value is None


AsBefore = Annotated[ProfileKind | None, Field(default=None, exclude_if=_is_none)]


class IdentityRecord(EventData):
    """One identity of a profile: its kind, the keyed hash of its normal form, its sealed value.

    Address, phone and handle are certain: they belong to one profile and find it. Domain and name
    are hints: many may share one, and they only propose. `basis` says why it is believed: operator
    (created or imported by the operator), written_to (the operator wrote to it), inbound (it wrote
    to us; no participant by itself).
    """

    kind: IdentityKind
    lookup: str
    value: Sealed
    basis: Basis


@event("profile.created.v1")
class ProfileCreated(EventData):
    """A person or company became known. Created from inbound mail it is third-party."""

    profile_id: str
    subject_ref: SubjectRef
    kind: ProfileKind
    stage: Stage
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
    stage: Stage


@event("profile.identified.v1")
class ProfileIdentified(EventData):
    """A profile has more identities than was known."""

    profile_id: str
    identities: tuple[IdentityRecord, ...]


@event("profile.described.v1")
class ProfileDescribed(EventData):
    """Stage, status (of a project), company (of a person) and language (BCP 47) of a profile.

    Each is what holds from now on; None is unknown, but for `kind`: as before.
    """

    profile_id: str
    stage: Stage
    status: Status | None = None
    company_id: str | None = None
    language: str | None = None
    kind: AsBefore


@event("profile.merged.v1")
class ProfileMerged(EventData):
    """Two profiles are one: `other_id` points to `profile_id` from now on; reversible.

    `evidence` is the sealed text of why, about both, under a key of its own. Every row keeps the
    profile it was written for.
    """

    profile_id: str
    other_id: str
    evidence: Sealed


@event("profile.split.v1")
class ProfileSplit(EventData):
    """A merge is taken back."""

    profile_id: str
    other_id: str


@event("profile.duplicate_proposed.v1")
class DuplicateProposed(EventData):
    """Two profiles may be the same; the operator decides.

    `profile_id` is the lower of the two ids. `score` is from 0 to 1, `evidence` the sealed text of
    why, about both, under a key of its own.
    """

    duplicate_id: str
    profile_id: str
    other_id: str
    score: float
    evidence: Sealed


@event("profile.kept_apart.v1")
class ProfileKeptApart(EventData):
    """The operator says that two profiles are not the same; they are not proposed again."""

    profile_id: str
    other_id: str


@event("profile.reverted.v1")
class ProfileReverted(EventData):
    """A profile is again what it would be without one import.

    `withdrawn` are the lookups it loses, `inbound` those that count as of inbound mail again.
    `is_withdrawn`: nothing but the import knew it, so it is listed nowhere.
    """

    profile_id: str
    import_id: str
    name: Sealed
    stage: Stage
    status: Status | None
    company_id: str | None
    language: str | None
    is_endorsed: bool
    is_withdrawn: bool
    withdrawn: tuple[str, ...]
    inbound: tuple[str, ...]

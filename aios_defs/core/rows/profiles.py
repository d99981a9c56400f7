"""Owns the rows of profiles and identities, and of profiles that may be the same."""

from dataclasses import dataclass
from typing import ClassVar

from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed, SubjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow(Row):
    """A person, company or project. `is_endorsed`: the operator created, imported or vouched.

    `merged_into` is the profile it is one with, None for a root. `is_withdrawn`: the import that
    brought it was undone.
    """

    TABLE: ClassVar[str] = "profiles"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("merged_into",),)
    id: str
    subject_ref: SubjectRef
    kind: str
    stage: str
    status: str | None
    company_id: str | None
    language: str | None
    name: Sealed
    is_endorsed: bool
    is_withdrawn: bool
    origin: str
    merged_into: str | None
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow(Row):
    """One certain identity (address, phone, handle) by its keyed hash: it belongs to one profile.

    `basis`: operator, written_to, inbound.
    """

    TABLE: ClassVar[str] = "identities"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("profile_id",), ("basis", "lookup"))
    lookup: str
    kind: str
    profile_id: str
    value: Sealed
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HintRow(Row):
    """One identity that many may share (name, domain): its keyed hash and one of its profiles."""

    TABLE: ClassVar[str] = "identity_hints"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("lookup",), ("profile_id",))
    id: str
    lookup: str
    kind: str
    profile_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRow(Row):
    """Two profiles that may be the same. `state`: open, merged, apart."""

    TABLE: ClassVar[str] = "duplicates"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("state",),
        ("profile_id", "other_id"),
        ("other_id",),
    )
    id: str
    profile_id: str
    other_id: str
    score: float
    evidence: Sealed | None
    state: str
    event_id: str
    position: int

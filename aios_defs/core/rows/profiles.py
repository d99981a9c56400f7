"""Owns the rows of profiles and identities."""

from dataclasses import dataclass
from typing import ClassVar

from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed, SubjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow(Row):
    """A person, company or project. `is_endorsed`: the operator created, imported or vouched."""

    TABLE: ClassVar[str] = "profiles"
    id: str
    subject_ref: SubjectRef
    kind: str
    stage: str
    name: Sealed
    is_endorsed: bool
    origin: str
    merged_into: str | None
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow(Row):
    """One identity by its keyed hash. `basis`: operator, written_to, inbound."""

    TABLE: ClassVar[str] = "identities"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("profile_id",), ("basis", "lookup"))
    lookup: str
    kind: str
    profile_id: str
    value: Sealed
    basis: str

"""Owns the rows of memory: profiles, identities, facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.labels import Label
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
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("profile_id",),)
    lookup: str
    kind: str
    profile_id: str
    value: Sealed
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow(Row):
    """One version of a fact. `state`: proposed, asserted, superseded, retracted, disputed."""

    TABLE: ClassVar[str] = "facts"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("subject_id", "state"), ("topic",))
    id: str
    subject_id: str | None
    topic: str | None
    predicate: str
    value: Sealed
    valid_from: datetime | None
    valid_to: datetime | None
    source_event: str | None
    source_file: str | None
    span_start: int | None
    span_end: int | None
    label: Label
    confidence: float
    state: str
    task_id: str | None
    supersedes: str | None
    superseded_by: str | None
    event_id: str
    position: int

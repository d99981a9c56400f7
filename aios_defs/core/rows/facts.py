"""Owns the rows of facts, of what disagrees, and of who said the same again."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.labels import Label
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow(Row):
    """One version of a fact. `state`: proposed, asserted, superseded, retracted, disputed.

    Two axes. Valid: from `valid_from` to the earlier of `valid_to`, as it was stated, and `until`,
    by which a change closed it at `closed_position`. Recorded: known from `asserted_position` on
    (at `recorded_at`), and for no time any more from `gone_position` on. What a change closed for a
    time to come is asserted still. `asks` says that its card stands in the inbox: one for each
    proposal, and one for all facts that disagree with one another.
    """

    TABLE: ClassVar[str] = "facts"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("subject_id", "state"),
        ("topic",),
        ("asks",),
        ("source_event",),
        ("import_id",),
    )
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
    author: str
    import_id: str | None
    review_at: datetime | None
    state: str
    asks: bool
    task_id: str | None
    supersedes: str | None
    superseded_by: str | None
    asserted_position: int | None
    recorded_at: datetime | None
    until: datetime | None
    closed_position: int | None
    gone_position: int | None
    event_id: str
    position: int

    @property
    def ends(self) -> datetime | None:
        """When it ends to be valid, as far as is known now; None: open."""
        return min((one for one in (self.valid_to, self.until) if one), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow(Row):
    """Two facts that disagree, from one position to another; `settled_position` None: still."""

    TABLE: ClassVar[str] = "disputes"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("fact_id", "settled_position"),
        ("other_id", "settled_position"),
    )
    id: str
    fact_id: str
    other_id: str
    position: int
    settled_position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow(Row):
    """One more source of a fact that was known already."""

    TABLE: ClassVar[str] = "evidence"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("fact_id",),
        ("source_event",),
        ("import_id",),
    )
    id: str
    fact_id: str
    source_event: str | None
    source_file: str | None
    span_start: int | None
    span_end: int | None
    author: str
    import_id: str | None
    confidence: float
    position: int

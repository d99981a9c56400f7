"""Owns the rows of facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.labels import Label
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed


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

"""Owns the rows of commitments."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.labels import Label, Trust, known_level
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRow(Row):
    """What we promised somebody. `state`: open, kept, broken, replaced (by a newer promise).

    `ended_by` is the event that shows that it was kept, or the commitment that replaced it;
    `ended_position` that of the event that said so.
    """

    TABLE: ClassVar[str] = "commitments"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("profile_id", "state"), ("state", "due"))
    id: str
    profile_id: str
    thread_id: str
    action_id: str
    text: Sealed
    level: str
    due: datetime | None
    awaits: str
    basis: str
    state: str
    reason: Sealed | None
    ended_by: str | None
    ended_position: int | None
    made_at: datetime
    event_id: str
    position: int

    @property
    def label(self) -> Label:
        """Its label: about whom it was made to; it vouches for nothing, as an agent may say it."""
        return Label(
            level=known_level(self.level), audience=(self.profile_id,), trust=Trust.THIRD_PARTY
        )

"""Owns the rows of sinks that the operator trusts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkRow(Row):
    """A sink that is trusted: by the keyed hash of its kind (SinkKind) and normal form.

    `expires_at` None is until taken back; UTC.
    """

    TABLE: ClassVar[str] = "trusted_sinks"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("kind",),)
    id: str
    kind: str
    value: Sealed
    expires_at: datetime | None
    event_id: str
    position: int

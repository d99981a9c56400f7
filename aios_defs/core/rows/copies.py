"""Owns the rows of copies of the home: the backups there are, and the restore it came from."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRow(Row):
    """One backup that was made of this home."""

    TABLE: ClassVar[str] = "backups"
    id: str
    name: str
    digest: str
    size: int
    position: int
    made_at: datetime
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow(Row):
    """That a restored home is read-only until it is known who was forgotten (one row, `restore`).

    `event_id` is the restore's.
    """

    TABLE: ClassVar[str] = "holds"
    id: str
    event_id: str
    held_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRow(Row):
    """The last restore that this home came from (one row, `restore`)."""

    TABLE: ClassVar[str] = "restores"
    id: str
    event_id: str
    instance_id: str
    position: int
    places: tuple[tuple[str, str], ...]
    restored_at: datetime

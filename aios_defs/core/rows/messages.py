"""Owns the rows of the home, of messages, threads and interactions."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.labels import Label, Trust, known_level
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRow(Row):
    """What the home is (one row)."""

    TABLE: ClassVar[str] = "home"
    id: str
    is_demo: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow(Row):
    """One item taken in. `state`: received, held, ignored, quarantined."""

    TABLE: ClassVar[str] = "messages"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("ref_hash",),
        ("content_hash",),
        ("mail_hash",),
        ("task_id",),
        ("state", "folder", "reason", "task_id", "position", "connector"),
    )
    id: str
    connector: str
    folder: str
    ref_hash: str
    content_hash: str
    mail_hash: str | None
    raw: BlobRef
    stored_at: datetime
    profile_id: str | None
    thread_id: str | None
    heading: Sealed | None
    authenticated: str
    signs: tuple[str, ...]
    state: str
    reason: str | None
    remedy: str | None
    task_id: str | None
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMailRow(Row):
    """Which thread a Message-ID (keyed hash) belongs to."""

    TABLE: ClassVar[str] = "thread_mails"
    mail_hash: str
    thread_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRow(Row):
    """One message or event with a subject; `level` as the boundary decided it."""

    TABLE: ClassVar[str] = "interactions"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("thread_id", "profile_id", "position"),
        ("profile_id", "position"),
    )
    id: str
    profile_id: str
    direction: str
    channel: str
    message_id: str | None
    action_id: str | None
    thread_id: str
    at: datetime
    level: str
    event_id: str
    position: int

    @property
    def label(self) -> Label:
        """Its label: about its profile, and from outside unless we wrote it."""
        return Label(
            level=known_level(self.level),
            audience=(self.profile_id,),
            trust=Trust.THIRD_PARTY if self.direction == "in" else Trust.FIRST_PARTY,
        )

"""Owns the rows of the house: pauses, connectors, policy, notices, and the operational rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRow(Row):
    """A scope the operator stopped, and the position after which nothing starts in it."""

    TABLE: ClassVar[str] = "pauses"
    scope: str
    position: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorRow(Row):
    """What lets a connector write."""

    TABLE: ClassVar[str] = "connectors"
    name: str
    account: str
    trusted_until: datetime | None
    certified_until: datetime | None
    suspended: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow(Row):
    """The policy in force (one row, `policy`); the text is the operator's own."""

    TABLE: ClassVar[str] = "policies"
    id: str
    digest: str
    text: str
    is_safe_mode: bool
    mistakes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow(Row):
    """Something for the operator to know."""

    TABLE: ClassVar[str] = "notices"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("state",), ("about", "state"))
    id: str
    kind: str
    about: str
    summary: str
    remedy: str
    state: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRow(Row):
    """How far whole days are in cold memory (one row): the place of the last event of the last."""

    TABLE: ClassVar[str] = "archive"
    ONLY: ClassVar[str] = "cold"
    id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow(Row):
    """Who may work on something until when (operational). `token` only ever grows."""

    TABLE: ClassVar[str] = "leases"
    FOLDED: ClassVar[bool] = False
    name: str
    owner: str
    token: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorRow(Row):
    """How far something has come (operational)."""

    TABLE: ClassVar[str] = "cursors"
    FOLDED: ClassVar[bool] = False
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticRow(Row):
    """Whom an action reached that no person approved (operational, kept for a day).

    `recipient` is the keyed hash of a mailbox.
    """

    TABLE: ClassVar[str] = "automatic"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("thread_id", "at"),
        ("recipient", "at"),
        ("action_id",),
        ("at",),
    )
    id: str
    action_id: str
    thread_id: str
    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodRow(Row):
    """How many messages of one sender, or of one domain's strangers, an hour let in (operational).

    Nobody asks for it after `until`.
    """

    TABLE: ClassVar[str] = "floods"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("until",),)
    id: str
    count: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterRow(Row):
    """A card that the operator set aside until a moment (operational): it comes back by itself.

    Losing the row shows the card again, so it need not be replayable.
    """

    TABLE: ClassVar[str] = "set_aside"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("until",),)
    card_id: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareRefRow(Row):
    """A durable key that nobody uses yet (operational)."""

    TABLE: ClassVar[str] = "spare_refs"
    FOLDED: ClassVar[bool] = False
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedRow(Row):
    """A message that was handed in and that no outside store holds (operational)."""

    TABLE: ClassVar[str] = "handed"
    FOLDED: ClassVar[bool] = False
    ref_hash: str
    connector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefRow(Row):
    """Another name of a message, in a store that gave all its items new ones (operational).

    Losing the rows makes the mails that are still there be taken in again, as duplicates.
    """

    TABLE: ClassVar[str] = "refs"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("message_id",), ("connector", "folder"))
    ref_hash: str
    connector: str
    folder: str
    message_id: str

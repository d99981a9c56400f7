"""Owns the rows of telling: digests, messages to the operator, their deliveries, and pulses."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRow(Row):
    """A digest; what it says stands in its event (`position`)."""

    TABLE: ClassVar[str] = "digests"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("day",), ("position",))
    id: str
    day: str
    is_daily: bool
    head_position: int
    head_hash: str
    made_at: datetime
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRow(Row):
    """A message to the operator."""

    TABLE: ClassVar[str] = "tellings"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("kind", "made_at"), ("made_at",))
    id: str
    kind: str
    about: tuple[str, ...]
    title: str
    text: str
    link: str
    made_at: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow(Row):
    """A card, in the state it had, that a message named: it is named no second time."""

    TABLE: ClassVar[str] = "told_cards"
    about: str
    telling_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow(Row):
    """A message over one channel; the id is `<telling>:<channel>`.

    `state`: started, told, failed (tried again at `retry_at`, never when that is None), uncertain.
    """

    TABLE: ClassVar[str] = "deliveries"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("telling_id",), ("key",))
    id: str
    telling_id: str
    channel: str
    key: str
    state: str
    attempts: int
    retry_at: datetime | None
    error: str | None
    outside_ref: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseRow(Row):
    """A sign of life of something that should go on (operational).

    `since` is when its signs began to come without a gap, `at` the last one.
    """

    TABLE: ClassVar[str] = "pulses"
    FOLDED: ClassVar[bool] = False
    name: str
    since: datetime
    at: datetime

"""Owns the rows of who may come in: sessions, one-time links, used nonces, bearer tokens, refusals.

All of them are operational: they are no part of the fold, and none holds a secret, only its keyed
hash. Instants are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from aios_defs.core.rows.row import Row

SessionKind = Literal["console", "dagster"]
LinkKind = Literal["login", "ticket"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow(Row):
    """A browser that is logged in at one origin.

    `kind` is the origin (SessionKind). `parent_id` is the console session that a session at
    Dagster's origin ends with. `agent` is what the browser calls itself, shortened.
    """

    TABLE: ClassVar[str] = "sessions"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("parent_id",),)
    UNIQUE: ClassVar[tuple[tuple[str, ...], ...]] = (("secret_hash",),)
    id: str
    kind: str
    secret_hash: str
    parent_id: str | None
    agent: str
    opened_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow(Row):
    """A one-time secret that was not redeemed yet: a login link, or a ticket of a session."""

    TABLE: ClassVar[str] = "links"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("expires_at",),)
    secret_hash: str
    kind: str
    session_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NonceRow(Row):
    """A nonce that was used; kept until it would have expired."""

    TABLE: ClassVar[str] = "used_nonces"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("expires_at",),)
    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow(Row):
    """A bearer token of a program, under the name that the operator gave it."""

    TABLE: ClassVar[str] = "tokens"
    FOLDED: ClassVar[bool] = False
    UNIQUE: ClassVar[tuple[tuple[str, ...], ...]] = (("secret_hash",),)
    id: str
    name: str
    secret_hash: str
    granted_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalRow(Row):
    """How many secrets were refused at a door since its window began."""

    TABLE: ClassVar[str] = "refusals"
    FOLDED: ClassVar[bool] = False
    door: str
    began_at: datetime
    count: int

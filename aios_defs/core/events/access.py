"""Owns the events of who came in: sessions, refusals, bearer tokens. No secret is in them."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant


@event("session.opened.v1")
class SessionOpened(EventData):
    """Someone came in at an origin: by a login link, or from the console by a ticket."""

    session_id: str
    kind: Literal["console", "dagster"]
    parent_id: str | None = None


@event("session.ended.v1")
class SessionEnded(EventData):
    """A session ended; `idle`: nobody used it for 12 hours, `parent`: its console session ended."""

    session_id: str
    reason: Literal["ended", "idle", "parent"]


@event("login.refused.v1")
class LoginRefusals(EventData):
    """Secrets were refused at a door: the first of a window of 10 minutes, or so many that it shut.

    `count` is how many in this window so far. At most two events a window are written.
    """

    door: Literal["login", "ticket", "token"]
    count: int
    is_limited: bool


@event("token.granted.v1")
class TokenGranted(EventData):
    """The operator gave a program a bearer token for `/flows`, until it expires."""

    token_id: str
    name: str
    expires_at: Instant


@event("token.revoked.v1")
class TokenRevoked(EventData):
    """A bearer token is worth nothing any more."""

    token_id: str
    name: str

"""Owns the shapes of the settings: the operator, the rules, notifications, who may come in."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.digests import Delivery
from aios_defs.console.api.shapes.shape import Body, Hash, Look, Moment, Nonce, Shape


class HourlyLimits(Shape):
    """How many of an hour's messages become tasks; `senders`: by address, or `@` and domain."""

    stranger: int
    domain: int
    known: int
    senders: dict[str, int]


class Operator(Shape):
    """The operator, as operator.yaml names them."""

    name: str
    business: str
    signature: str
    time_zone: str
    currency: str
    language: str
    country: str | None
    hourly_limits: HourlyLimits
    file: str


class Files(Shape):
    """Whether the business files validate, and whether they are what AIOS works with."""

    mistakes: str | None
    remedy: str | None
    has_changed: bool


class FilesLook(Look):
    """A look at the business files."""

    result: Files | None


class PolicyLine(Shape):
    """A line of policies.yaml, and what is wrong in it."""

    number: int
    text: str
    mistakes: list[str]


class PolicyMistake(Shape):
    """A mistake in policies.yaml."""

    line: int | None
    message: str


class PolicyFile(Shape):
    """policies.yaml as it is; `is_in_force` says whether decisions follow it."""

    lines: list[PolicyLine]
    mistakes: list[PolicyMistake]
    is_in_force: bool
    is_safe_mode: bool
    rules: list[str]
    file: str


class Channel(Shape):
    """A way to the operator; `held` says why it is not used, None while it is."""

    channel: str
    connector: str | None
    is_loopback: bool
    kinds: list[str]
    held: str | None


class Telling(Shape):
    """A message to the operator."""

    id: str
    kind: str
    title: str
    made_at: Moment
    deliveries: list[Delivery]


class Told(Shape):
    """How a test went, by channel."""

    telling_id: str
    channels: list[Delivery]


class TellingTest(Look):
    """A test of every channel."""

    result: Told | None


class Notifications(Shape):
    """What the operator is told and how; `test` is the last test."""

    mail: str | None
    ntfy: str | None
    urgent: bool
    digest: bool
    digest_at: str
    can_test: bool
    channels: list[Channel]
    latest: list[Telling]
    test: TellingTest | None


class SessionLine(Shape):
    """A session that lasts."""

    id: str
    kind: str
    agent: Annotated[str | None, Field(description="What the browser called itself.")]
    parent_id: str | None
    opened_at: Moment
    last_seen_at: Moment
    is_own: bool


class TokenLine(Shape):
    """A bearer token that lasts; never its secret."""

    id: str
    name: str
    granted_at: Moment
    expires_at: Moment


class Access(Shape):
    """Who may come in."""

    sessions: list[SessionLine]
    tokens: list[TokenLine]


class Ended(Access):
    """How many sessions were ended, and who may come in now."""

    ended: int


class About(Shape):
    """Which AIOS this is, and where."""

    version: str
    home: str
    is_demo: bool
    position: int
    head: Hash
    console: str
    dagster: str | None


class SettingsNonces(Shape):
    """The nonces of the acts; `end` by session (or `others`), `revoke` by token."""

    test: Nonce
    token: Nonce
    end: dict[str, Nonce]
    revoke: dict[str, Nonce]


class Settings(Shape):
    """What is configured and who may come in; no secret is in it."""

    operator: Operator
    files: FilesLook
    policy: PolicyFile
    notifications: Notifications
    access: Access
    own: Annotated[str, Field(description="The id of the session that asks.")]
    about: About
    nonces: SettingsNonces


class Grant(Body):
    """Grant a bearer token."""

    name: Annotated[
        str, Field(description="Of the program.", max_length=40, pattern="^[a-z0-9][a-z0-9._-]*$")
    ]
    days: Annotated[int, Field(ge=1, le=366)]


class Granted(Shape):
    """A bearer token; its secret `token` is in this answer and nowhere else."""

    name: str
    token: str

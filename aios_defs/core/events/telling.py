"""Owns the events of telling the operator: digests, what was told over which channel, what failed.

All of them hold ids, counts and the operator's own words only, so nothing in them is sealed.
"""

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant, Model
from aios_defs.core.telling import TellingKind


class Tally(Model):
    """How many of one thing; `workflow` and `rule` are None where they say nothing."""

    what: str
    count: int
    workflow: str | None = None
    rule: str | None = None


class Ending(Model):
    """Something that ends by itself: an approval (by the id of its action) or a trust."""

    id: str
    workflow: str | None = None
    until: Instant


class Trouble(Model):
    """One thing that does not work: an action or task by its id and state, or an open card.

    Of a card `state` is its kind and `about` what it concerns.
    """

    id: str
    state: str
    workflow: str | None = None
    about: str | None = None


class DigestContent(Model):
    """What a digest says; every part may be empty, lists are cut to what a person reads.

    `waiting` counts cards by kind, `happened` events by type and workflow since the last digest,
    `automatic` what was committed without an approval, by workflow and rule.
    """

    waiting: tuple[Tally, ...] = ()
    expiring: tuple[Ending, ...] = ()
    failures: tuple[Trouble, ...] = ()
    cards: tuple[Trouble, ...] = ()
    happened: tuple[Tally, ...] = ()
    automatic: tuple[Tally, ...] = ()
    paused: tuple[str, ...] = ()
    trust: tuple[Ending, ...] = ()


@event("digest.made.v1")
class DigestMade(EventData):
    """A digest of what happened after `since_position`, and of what waits.

    `head_position` and `head_hash` are the ledger's head it was made at (G1). `day` is the
    operator's date; `is_daily` says that it is the one of that day, not one made on request.
    """

    digest_id: str
    day: str
    is_daily: bool
    since_position: int
    head_position: int
    head_hash: str
    content: DigestContent


@event("telling.made.v1")
class TellingMade(EventData):
    """It was decided to tell the operator this; `about` names the cards, each is told once."""

    telling_id: str
    kind: TellingKind
    about: tuple[str, ...]
    title: str
    text: str
    link: str = ""


@event("telling.started.v1")
class TellingStarted(EventData):
    """The intent, ahead of the wire: a message leaves over a channel under its key."""

    telling_id: str
    channel: str
    key: str
    attempt: int


@event("operator.told.v1")
class OperatorTold(EventData):
    """A channel took the message; `outside_ref` names it there, empty when it has no name."""

    telling_id: str
    channel: str
    outside_ref: str = ""


@event("telling.failed.v1")
class TellingFailed(EventData):
    """A channel did not take the message, or may have (`is_uncertain`: never repeated then).

    `retry_at` is when it is tried again, None for never.
    """

    telling_id: str
    channel: str
    error: str
    is_uncertain: bool = False
    retry_at: Instant | None = None

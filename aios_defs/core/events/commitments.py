"""Owns the events of commitments: what we promised, and what became of it."""

from typing import Literal

from aios_defs.core.commitments.promises import Awaits
from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant
from aios_defs.core.sealed import Sealed


@event("commitment.made.v1")
class CommitmentMade(EventData):
    """We promised somebody something, in a mail that has left.

    `text` is the sentence, `due` by when (None: no day was named). `awaits` says what keeps it: any
    later `answer`, or a `deed` that is told of. `basis`: `read` in what was sent, or `stated` by
    the agent that proposed it. `replaces` is the commitment that this one renews.
    `level` is that of what was sent.
    """

    commitment_id: str
    profile_id: str
    thread_id: str
    action_id: str
    text: Sealed
    due: Instant | None = None
    awaits: Awaits
    basis: Literal["read", "stated"]
    replaces: str | None = None
    level: str


@event("commitment.kept.v1")
class CommitmentKept(EventData):
    """We did what we promised; `source_event` is the event that shows it, None: the operator."""

    commitment_id: str
    source_event: str | None = None


@event("commitment.broken.v1")
class CommitmentBroken(EventData):
    """The operator says that we did not do it and will not; `reason` is theirs."""

    commitment_id: str
    reason: Sealed | None = None

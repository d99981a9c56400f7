"""Owns the events of messages, interactions and the home itself."""

from typing import Annotated, Literal

from pydantic import Field

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.labels import Level
from aios_defs.core.model import Instant
from aios_defs.core.sealed import BlobRef, Sealed


def _is_shareable(value: str) -> bool:
    return value == Level.SHAREABLE.value


@event("home.created.v1")
class HomeCreated(EventData):
    """A home began; `is_demo` homes refuse connectors beyond loopback."""

    is_demo: bool
    aios_version: str


@event("message.received.v1")
class MessageReceived(EventData):
    """An item of an outside store was taken in, whatever becomes of it.

    Hashes are keyed: `ref_hash` names the item in its store, `content_hash` its bytes, `mail_hash`
    its Message-ID. `raw` is the untouched item under a key of its own. What could not be parsed has
    only these; the rest is None or empty.
    """

    message_id: str
    connector: str
    account: str
    folder: Literal["inbox", "sent"]
    ref_hash: str
    content_hash: str
    mail_hash: str | None = None
    raw: BlobRef
    stored_at: Instant
    profile_id: str | None = None
    thread_id: str | None = None
    heading: Sealed | None = None
    authenticated: Literal["pass", "fail", "none"] = "none"
    signs: tuple[str, ...] = ()


@event("message.ignored.v1")
class MessageIgnored(EventData):
    """A message will never be answered, and why.

    `reason`: list, bounce, auto_reply, null_sender, duplicate, before_since, imported, own,
    from_operator, no_reply_needed, skipped, answered_elsewhere, erased.
    """

    message_id: str
    reason: str


@event("message.held.v1")
class MessageHeld(EventData):
    """A message beyond what its sender may ask of us in an hour; it waits for the operator.

    `reason`: `sender:` and a profile's id, or `domain:` and a domain's keyed hash.
    """

    message_id: str
    reason: str


@event("message.quarantined.v1")
class MessageQuarantined(EventData):
    """A message could not be understood; its raw bytes are kept, with reason and remedy."""

    message_id: str
    reason: str
    remedy: str


@event("message.released.v1")
class MessageReleased(EventData):
    """The operator had a quarantined message read again, and it could be."""

    message_id: str


@event("import.started.v1")
class ImportStarted(EventData):
    """An import of older mail began; what it brings names this event as its cause.

    `source` is the keyed hash of which mailbox it reads, `kind` mbox, maildir or imap.
    """

    import_id: str
    connector: str
    kind: str
    source: str


@event("import.completed.v1")
class ImportCompleted(EventData):
    """An import came to the end of its source; `counts` are messages by what became of them."""

    import_id: str
    counts: dict[str, int]


@event("interaction.recorded.v1")
class InteractionRecorded(EventData):
    """One message or event with a subject, in either direction (`in`, `out`).

    `mail_hashes` are the keyed hashes of the Message-IDs that belong to its thread: its own first,
    then those it answers. `level` is what the boundary's rules decided; it is left out while it is
    shareable, so that data written before reads and writes back the same.
    """

    interaction_id: str
    profile_id: str
    direction: Literal["in", "out"]
    channel: str
    message_id: str | None = None
    action_id: str | None = None
    thread_id: str
    at: Instant
    mail_hashes: tuple[str, ...] = ()
    level: Annotated[str, Field(exclude_if=_is_shareable)] = Level.SHAREABLE.value

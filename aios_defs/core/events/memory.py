"""Owns the events of memory as a whole: archives and erasure."""

from typing import Annotated

from pydantic import Field

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant, Model
from aios_defs.core.sealed import BlobRef, SubjectRef


@event("memory.archived.v1")
class MemoryArchived(EventData):
    """A day is over and in cold memory: `partition` is the day, `artifact` the embedder's key."""

    partition: str
    from_position: int
    to_position: int
    artifact: str


def _is_empty(value: object) -> bool:
    return value in ((), None)


Several = Annotated[tuple[str, ...], Field(default=(), exclude_if=_is_empty)]


class ErasedBefore(Model):
    """The erasure that is done again in a restored home: its event there, and when it was."""

    event_id: str
    at: Instant


@event("subject.erased.v1")
class SubjectErased(EventData):
    """A subject was forgotten; its keys, `subject_refs`, are destroyed once this is durable.

    `profile_ids` are all that were one with it, itself first; `lookups` the keyed hashes of their
    certain identities, by which nothing finds them any more. The certificate says what was
    destroyed, what was excluded and why. `again` is the erasure of the home before a restore.
    """

    profile_id: str
    subject_refs: tuple[SubjectRef, ...]
    certificate: BlobRef | None = None
    profile_ids: Several = ()
    lookups: Several = ()
    again: Annotated[ErasedBefore | None, Field(default=None, exclude_if=_is_empty)] = None

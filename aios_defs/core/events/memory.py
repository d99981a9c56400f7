"""Owns the events of memory as a whole: archives and erasure."""

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.sealed import BlobRef, SubjectRef


@event("memory.archived.v1")
class MemoryArchived(EventData):
    """A day is over and in cold memory: `partition` is the day, `artifact` the embedder's key."""

    partition: str
    from_position: int
    to_position: int
    artifact: str


@event("subject.erased.v1")
class SubjectErased(EventData):
    """The keys of a subject were destroyed; the certificate says what was excluded and why."""

    profile_id: str
    subject_refs: tuple[SubjectRef, ...]
    certificate: BlobRef | None = None

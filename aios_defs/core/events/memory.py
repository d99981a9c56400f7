"""Owns the events of memory as a whole: archives and erasure."""

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.sealed import BlobRef, SubjectRef


@event("memory.archived.v1")
class MemoryArchived(EventData):
    """A partition of interactions was archived as an artifact."""

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

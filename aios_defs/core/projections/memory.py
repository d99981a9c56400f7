"""Owns how archives and an erasure fold: nothing finds the subject any more, or lists it.

Rows keep their ciphertext, which no key opens; a new mail from the same address is of somebody new.
"""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.memory import MemoryArchived, SubjectErased
from aios_defs.core.projections.fold import Rows, reduces
from aios_defs.core.rows.house import ArchiveRow
from aios_defs.core.rows.profiles import DuplicateRow, HintRow, IdentityRow, ProfileRow


@reduces(MemoryArchived)
def _memory_archived(_env: Envelope, data: MemoryArchived, rows: Rows) -> None:
    former = rows.get(ArchiveRow, ArchiveRow.ONLY)
    reached = max(data.to_position, former.position if former else 0)
    rows.put(ArchiveRow(id=ArchiveRow.ONLY, position=reached))


@reduces(SubjectErased)
def _subject_erased(_env: Envelope, data: SubjectErased, rows: Rows) -> None:
    for profile_id in data.profile_ids or (data.profile_id,):
        profile = rows.get(ProfileRow, profile_id)
        if profile is not None:
            rows.put(profile.but(is_withdrawn=True))
        for identity in rows.select(IdentityRow, profile_id=profile_id):
            rows.delete(IdentityRow, identity.lookup)
        for hint in rows.select(HintRow, profile_id=profile_id):
            rows.delete(HintRow, hint.id)
        pairs = [
            *rows.select(DuplicateRow, profile_id=profile_id, state="open"),
            *rows.select(DuplicateRow, other_id=profile_id, state="open"),
        ]
        for pair in pairs:
            rows.put(pair.but(state="apart"))

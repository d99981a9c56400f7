"""Owns following merges when memory is asked about somebody: all profiles that are one person."""

from collections.abc import Sequence

from aios_defs.core.memory_index import HOUSE
from aios_defs.core.ports import View
from aios_defs.core.rows.profiles import ProfileRow


def merged_subjects(view: View, subjects: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the profiles with all that are merged with them, either way; None stays everybody.

    Rows keep the profile they were written for, so a split takes its own back.
    """
    if subjects is None:
        return None
    found: set[str] = set()
    for one in subjects:
        found |= {one} if one == HOUSE else _family(view, one)
    return tuple(sorted(found))


def _family(view: View, profile_id: str) -> set[str]:
    top, seen = profile_id, {profile_id}
    while (row := view.get(ProfileRow, top)) and row.merged_into and row.merged_into not in seen:
        top = row.merged_into
        seen.add(top)
    family, level = {top}, (top,)
    while level:
        level = tuple(set(view.column(ProfileRow, "id", merged_into=level)) - family)
        family |= set(level)
    return family

"""Owns who is one with whom: the root that merges lead to, and all profiles that are one with it.

Every row keeps the profile it was written for, so whoever reads what is known of somebody asks for
all members at once.
"""

from collections.abc import Iterable

from aios_defs.core.ports import View
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.lookup import values_by_id


def root_of(view: View, profile_id: str) -> ProfileRow | None:
    """Return the profile that merges lead to (itself when there are none), or None if unknown."""
    profile = view.get(ProfileRow, profile_id)
    while profile is not None and profile.merged_into is not None:
        profile = view.get(ProfileRow, profile.merged_into)
    return profile


def root_id(view: View, profile_id: str) -> str:
    """Return the id of the root; of an unknown profile its own."""
    root = root_of(view, profile_id)
    return root.id if root else profile_id


def members(view: View, profile_id: str) -> tuple[str, ...]:
    """Return the ids of all profiles that are one with this one: the root first, then by id.

    An unknown profile is alone.
    """
    found = [root_id(view, profile_id)]
    level = found
    while level:
        level = sorted(view.column(ProfileRow, "id", merged_into=tuple(level)))
        found = [*found, *level]
    return tuple(found)


def roots(view: View, profile_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the root of each of many profiles, in a few queries; None is left out."""
    wanted = [one for one in dict.fromkeys(profile_ids) if one is not None]
    leads = {one: one for one in wanted}
    open_ids = wanted
    while open_ids:
        into = values_by_id(view, ProfileRow, "merged_into", open_ids)
        moved = {one: into.get(leads[one]) for one in leads}
        leads |= {one: target for one, target in moved.items() if target is not None}
        open_ids = [target for target in moved.values() if target is not None]
    return leads

"""Owns merges: two profiles become one by an event that points, and are apart again by another.

Merges join roots, so what they make is a forest. Nothing is written anew: each row keeps the
profile it was written for.
"""

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.profiles import ProfileKeptApart, ProfileMerged, ProfileSplit
from aios_defs.core.events.registry import EventData
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.profiles import DuplicateRow, ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.fact_conflicts import dispute_merged, settle_parted
from aios_defs.services.identity.whole import members, root_of
from aios_defs.services.kernel import Kernel

BY_OPERATOR = "the operator says that they are one"


def merge(kernel: Kernel, kept_id: str, other_id: str, *, evidence: str = BY_OPERATOR) -> str:
    """Make two profiles one; returns the id of the root that stands for both.

    It is the root of the first, unless only the other is known to the operator.

    Raises:
        UnknownId: there is no such profile.
        TransitionRefused: they are one already, or of different kinds.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        kept, other = _root(tx, kept_id), _root(tx, other_id)
        if other.is_endorsed and not kept.is_endorsed:
            kept, other = other, kept
        if kept.kind != other.kind:
            raise TransitionRefused(
                f"{kept.id} is a {kept.kind}, {other.id} a {other.kind}.",
                remedy="Only profiles of one kind can be one.",
                state=other.kind,
            )
        sealed = kernel.vault.seal(tx.draw_ref(), evidence)
        merged = ProfileMerged(profile_id=kept.id, other_id=other.id, evidence=sealed)
        mine, theirs = members(tx, kept.id), members(tx, other.id)
        _append(tx, merged, kept.id, other.id)
        dispute_merged(kernel, tx, mine, theirs)
        return kept.id


def split(kernel: Kernel, profile_id: str) -> str:
    """Take back the merge of a profile into another; returns the id of the one it leaves.

    What was merged into it before stays with it.

    Raises:
        UnknownId: there is no such profile.
        TransitionRefused: it is not merged into any.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        profile = _profile(tx, profile_id)
        if profile.merged_into is None:
            raise TransitionRefused(
                f"Profile {profile.id} is not merged into another.",
                remedy="Name the one that was merged: aios memory duplicates --merged",
                state="apart",
            )
        parted = ProfileSplit(profile_id=profile.merged_into, other_id=profile.id)
        _append(tx, parted, profile.merged_into, profile.id)
        settle_parted(tx, members(tx, profile.merged_into), members(tx, profile.id))
        return profile.merged_into


def keep_apart(kernel: Kernel, duplicate_id: str) -> DuplicateRow:
    """Remember that two profiles are not the same; they are not proposed again.

    Raises:
        UnknownId: nobody proposed that.
        TransitionRefused: they are one, or were kept apart already.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = _open(tx, duplicate_id)
        apart = ProfileKeptApart(profile_id=row.profile_id, other_id=row.other_id)
        _append(tx, apart, row.profile_id, row.other_id)
        return row.but(state="apart")


def merge_duplicate(kernel: Kernel, duplicate_id: str) -> DuplicateRow:
    """Make one of two profiles that may be the same, as proposed; the older one is kept.

    Raises as `keep_apart` and `merge` do.
    """
    with kernel.ledger.view() as view:
        row = _open(view, duplicate_id)
        one, other = _root(view, row.profile_id), _root(view, row.other_id)
    kept, gone = sorted((one, other), key=lambda each: each.position)
    evidence = readable(kernel, row.evidence) if row.evidence else BY_OPERATOR
    merge(kernel, kept.id, gone.id, evidence=evidence)
    return row.but(state="merged")


def merges_of(kernel: Kernel, view: View, profile_id: str) -> list[JsonObject]:
    """Return the profiles that are one with a root, but for itself.

    Each is `{"id", "name", "into", "at", "evidence"}`: into which it was merged, when and why.
    """
    return [_merge(kernel, view, one) for one in members(view, profile_id)[1:]]


def every_merge(kernel: Kernel) -> list[JsonObject]:
    """Return all that stand, in the shape of `merges_of`, by the merged profile's id."""
    with kernel.ledger.view() as view:
        ids = view.column(ProfileRow, "id", merged_into__gt="")
        return [_merge(kernel, view, one) for one in ids]


def _merge(kernel: Kernel, view: View, profile_id: str) -> JsonObject:
    row = _profile(view, profile_id)
    event = list(view.events(stream=f"profile-{profile_id}", types=(ProfileMerged.type,)))[-1]
    merged = ProfileMerged.model_validate(event.data)
    return {
        "id": profile_id,
        "name": readable(kernel, row.name),
        "into": row.merged_into,
        "at": rfc3339(event.time),
        "evidence": readable(kernel, merged.evidence),
    }


def _append(tx: Transaction, data: EventData, profile_id: str, other_id: str) -> None:
    tx.append(
        Draft(
            stream=f"profile-{other_id}",
            data=data,
            correlation_id=other_id,
            subject=profile_id,
        )
    )


def _open(view: View, duplicate_id: str) -> DuplicateRow:
    row = view.get(DuplicateRow, duplicate_id)
    if row is None:
        raise UnknownId(
            f"There is no likely duplicate {duplicate_id!r}.",
            remedy="See: aios memory duplicates",
            id=duplicate_id,
        )
    if row.state != "open":
        raise TransitionRefused(
            f"These two are settled: {row.state}.",
            remedy="See: aios memory duplicates --merged",
            state=row.state,
        )
    return row


def _root(view: View, profile_id: str) -> ProfileRow:
    return root_of(view, profile_id) or _profile(view, profile_id)


def _profile(view: View, profile_id: str) -> ProfileRow:
    row = view.get(ProfileRow, profile_id)
    if row is None:
        raise UnknownId(
            f"There is no profile {profile_id!r}.", remedy="See: /people", id=profile_id
        )
    return row

"""Owns how profiles, identities, merges and likely duplicates fold.

Merges make a forest: a root that is merged points to another root, so no chain can close.
"""

from collections.abc import Iterable

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.events.profiles import (
    DuplicateProposed,
    IdentityRecord,
    ProfileCreated,
    ProfileDescribed,
    ProfileEndorsed,
    ProfileIdentified,
    ProfileKeptApart,
    ProfileMerged,
    ProfileRenamed,
    ProfileReverted,
    ProfileSplit,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.profiles import DuplicateRow, HintRow, IdentityRow, ProfileRow

CERTAIN = ("address", "phone", "handle")
"""The kinds of identities that belong to one profile only."""


@reduces(ProfileCreated)
def _profile_created(env: Envelope, data: ProfileCreated, rows: Rows) -> None:
    rows.put(
        ProfileRow(
            id=data.profile_id,
            subject_ref=data.subject_ref,
            kind=data.kind,
            stage=data.stage,
            status=None,
            company_id=None,
            language=None,
            name=data.name,
            is_endorsed=data.origin == "operator",
            is_withdrawn=False,
            origin=data.origin,
            merged_into=None,
            event_id=env.id,
            position=env.position,
        )
    )
    _identify(rows, data.profile_id, data.identities)


@reduces(ProfileIdentified)
def _profile_identified(_env: Envelope, data: ProfileIdentified, rows: Rows) -> None:
    _profile(rows, data.profile_id)
    _identify(rows, data.profile_id, data.identities)


def _identify(rows: Rows, profile_id: str, identities: Iterable[IdentityRecord]) -> None:
    for one in identities:
        if one.kind not in CERTAIN:
            key = f"{one.lookup}:{profile_id}"
            rows.put(HintRow(id=key, lookup=one.lookup, kind=one.kind, profile_id=profile_id))
            continue
        owner = rows.get(IdentityRow, one.lookup)
        if owner is not None and owner.profile_id != profile_id:
            raise TransitionRefused(
                f"This {one.kind} belongs to another profile.",
                remedy="Merge the two if they are one: aios memory merge A B",
                state=owner.profile_id,
            )
        rows.put(
            IdentityRow(
                lookup=one.lookup,
                kind=one.kind,
                profile_id=profile_id,
                value=one.value,
                basis=one.basis,
            )
        )


@reduces(ProfileEndorsed)
def _profile_endorsed(_env: Envelope, data: ProfileEndorsed, rows: Rows) -> None:
    profile = _profile(rows, data.profile_id)
    rows.put(profile.but(is_endorsed=True))
    for identity in rows.select(IdentityRow, profile_id=data.profile_id):
        rows.put(identity.but(basis=data.basis))


@reduces(ProfileRenamed)
def _profile_renamed(env: Envelope, data: ProfileRenamed, rows: Rows) -> None:
    profile = _profile(rows, data.profile_id)
    rows.put(profile.but(name=data.name, stage=data.stage, event_id=env.id))


@reduces(ProfileDescribed)
def _profile_described(_env: Envelope, data: ProfileDescribed, rows: Rows) -> None:
    profile = _profile(rows, data.profile_id)
    rows.put(
        profile.but(
            kind=data.kind or profile.kind,
            stage=data.stage,
            status=data.status,
            company_id=data.company_id,
            language=data.language,
        )
    )


@reduces(ProfileMerged)
def _profile_merged(_env: Envelope, data: ProfileMerged, rows: Rows) -> None:
    other = _profile(rows, data.other_id)
    if other.merged_into is not None:
        raise TransitionRefused(
            f"Profile {other.id} is merged into {other.merged_into} already.",
            remedy=f"Take that back first: aios memory split {other.id}",
            state="merged",
        )
    if _root(rows, data.profile_id) == other.id:
        raise TransitionRefused(
            f"Profiles {data.profile_id} and {other.id} are one already.",
            remedy="There is nothing to do.",
            state="merged",
        )
    rows.put(other.but(merged_into=data.profile_id))
    for row in _pairs_of(rows, other.id):
        if _root(rows, row.profile_id) == _root(rows, row.other_id):
            rows.put(row.but(state="merged"))


@reduces(ProfileSplit)
def _profile_split(env: Envelope, data: ProfileSplit, rows: Rows) -> None:
    other = _profile(rows, data.other_id)
    if other.merged_into != data.profile_id:
        raise TransitionRefused(
            f"Profile {other.id} is not merged into {data.profile_id}.",
            remedy="See what it is one with: aios memory duplicates --merged",
            state=other.merged_into or "apart",
        )
    rows.put(other.but(merged_into=None))
    for row in _pairs_of(rows, other.id):
        if row.state == "merged" and _root(rows, row.profile_id) != _root(rows, row.other_id):
            rows.put(row.but(state="apart"))
    _keep_apart(env, rows, data.profile_id, data.other_id)


@reduces(DuplicateProposed)
def _duplicate_proposed(env: Envelope, data: DuplicateProposed, rows: Rows) -> None:
    rows.put(
        DuplicateRow(
            id=data.duplicate_id,
            profile_id=data.profile_id,
            other_id=data.other_id,
            score=data.score,
            evidence=data.evidence,
            state="open",
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(ProfileKeptApart)
def _profile_kept_apart(env: Envelope, data: ProfileKeptApart, rows: Rows) -> None:
    _keep_apart(env, rows, data.profile_id, data.other_id)


def _keep_apart(env: Envelope, rows: Rows, one_id: str, other_id: str) -> None:
    low, high = sorted((one_id, other_id))
    known = rows.select(DuplicateRow, profile_id=low, other_id=high)
    for row in known:
        rows.put(row.but(state="apart"))
    if not known:
        rows.put(
            DuplicateRow(
                id=env.id,
                profile_id=low,
                other_id=high,
                score=0.0,
                evidence=None,
                state="apart",
                event_id=env.id,
                position=env.position,
            )
        )


@reduces(ProfileReverted)
def _profile_reverted(_env: Envelope, data: ProfileReverted, rows: Rows) -> None:
    profile = _profile(rows, data.profile_id)
    rows.put(
        profile.but(
            name=data.name,
            stage=data.stage,
            status=data.status,
            company_id=data.company_id,
            language=data.language,
            is_endorsed=data.is_endorsed,
            is_withdrawn=data.is_withdrawn,
        )
    )
    for lookup in data.withdrawn:
        rows.delete(HintRow, f"{lookup}:{data.profile_id}")
        identity = rows.get(IdentityRow, lookup)
        if identity is not None and identity.profile_id == data.profile_id:
            rows.delete(IdentityRow, lookup)
    if data.is_withdrawn:
        for row in _pairs_of(rows, data.profile_id):
            rows.put(row.but(state="apart"))
    for lookup in data.inbound:
        identity = must(rows.get(IdentityRow, lookup), IdentityRow, lookup)
        rows.put(identity.but(basis="inbound"))


def _profile(rows: Rows, profile_id: str) -> ProfileRow:
    return must(rows.get(ProfileRow, profile_id), ProfileRow, profile_id)


def _root(rows: Rows, profile_id: str) -> str:
    row = _profile(rows, profile_id)
    while row.merged_into is not None:
        row = _profile(rows, row.merged_into)
    return row.id


def _pairs_of(rows: Rows, profile_id: str) -> list[DuplicateRow]:
    """Return the likely duplicates of a profile and of all that are merged into it."""
    found: list[DuplicateRow] = []
    level = [profile_id]
    for one in level:
        found += rows.select(DuplicateRow, profile_id=one)
        found += rows.select(DuplicateRow, other_id=one)
        level += [row.id for row in rows.select(ProfileRow, merged_into=one)]
    return found

"""Owns how profiles and identities fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.profiles import (
    ProfileCreated,
    ProfileEndorsed,
    ProfileMerged,
    ProfileRenamed,
    ProfileSplit,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow


@reduces(ProfileCreated)
def _profile_created(env: Envelope, data: ProfileCreated, rows: Rows) -> None:
    rows.put(
        ProfileRow(
            id=data.profile_id,
            subject_ref=data.subject_ref,
            kind=data.kind,
            stage=data.stage,
            name=data.name,
            is_endorsed=data.origin == "operator",
            origin=data.origin,
            merged_into=None,
            event_id=env.id,
            position=env.position,
        )
    )
    for identity in data.identities:
        rows.put(
            IdentityRow(
                lookup=identity.lookup,
                kind=identity.kind,
                profile_id=data.profile_id,
                value=identity.value,
                basis=identity.basis,
            )
        )


@reduces(ProfileEndorsed)
def _profile_endorsed(_env: Envelope, data: ProfileEndorsed, rows: Rows) -> None:
    profile = must(rows.get(ProfileRow, data.profile_id), ProfileRow, data.profile_id)
    rows.put(profile.but(is_endorsed=True))
    for identity in rows.select(IdentityRow, profile_id=data.profile_id):
        rows.put(identity.but(basis=data.basis))


@reduces(ProfileRenamed)
def _profile_renamed(env: Envelope, data: ProfileRenamed, rows: Rows) -> None:
    profile = must(rows.get(ProfileRow, data.profile_id), ProfileRow, data.profile_id)
    rows.put(profile.but(name=data.name, stage=data.stage, event_id=env.id))


@reduces(ProfileMerged)
def _profile_merged(_env: Envelope, data: ProfileMerged, rows: Rows) -> None:
    other = must(rows.get(ProfileRow, data.other_id), ProfileRow, data.other_id)
    rows.put(other.but(merged_into=data.profile_id))


@reduces(ProfileSplit)
def _profile_split(_env: Envelope, data: ProfileSplit, rows: Rows) -> None:
    other = must(rows.get(ProfileRow, data.other_id), ProfileRow, data.other_id)
    rows.put(other.but(merged_into=None))

"""Owns who is who: profiles and identities found, created, endorsed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import KeyErased
from aios_defs.core.events.profiles import (
    IdentityRecord,
    ProfileCreated,
    ProfileEndorsed,
    ProfileRenamed,
)
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.services.kernel import Kernel

Basis = Literal["operator", "written_to", "inbound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone as a message or a contact list names them."""

    address: str
    name: str = ""
    stage: Literal["lead", "customer", "former"] = "lead"


def find_profile(kernel: Kernel, view: View, address: str) -> ProfileRow | None:
    """Return the profile an address belongs to, following merges, or None."""
    identity = view.get(IdentityRow, kernel.address_hash(address))
    if identity is None:
        return None
    profile = view.get(ProfileRow, identity.profile_id)
    while profile is not None and profile.merged_into is not None:
        profile = view.get(ProfileRow, profile.merged_into)
    return profile


def know(kernel: Kernel, tx: Transaction, person: Person, basis: Basis) -> ProfileRow:
    """Return the profile of a person, creating it if there is none.

    A profile made from inbound mail is third-party; one the operator created, imported or wrote to
    is endorsed, and an existing one becomes so.
    """
    profile = find_profile(kernel, tx, person.address)
    if profile is None:
        return _create(kernel, tx, person, basis)
    if basis != "inbound" and not profile.is_endorsed:
        tx.append(
            Draft(
                stream=f"profile-{profile.id}",
                data=ProfileEndorsed(profile_id=profile.id, basis=basis),
                correlation_id=profile.id,
                subject=profile.id,
                actor="operator",
            )
        )
        return profile.but(is_endorsed=True)
    return profile


def rename(kernel: Kernel, tx: Transaction, profile: ProfileRow, person: Person) -> bool:
    """Give a profile the name and stage that the operator wrote; returns whether that was news.

    What was erased on request stays nameless.
    """
    try:
        known = (kernel.vault.open(profile.name), profile.stage)
    except KeyErased:
        return False
    name = person.name or person.address
    if known == (name, person.stage):
        return False
    renamed = ProfileRenamed(
        profile_id=profile.id,
        name=kernel.vault.seal(profile.subject_ref, name),
        stage=person.stage,
    )
    tx.append(
        Draft(
            stream=f"profile-{profile.id}",
            data=renamed,
            correlation_id=profile.id,
            subject=profile.id,
            actor="operator",
        )
    )
    return True


def _create(kernel: Kernel, tx: Transaction, person: Person, basis: Basis) -> ProfileRow:
    profile_id = kernel.ids.new()
    ref = tx.draw_ref()
    identity = IdentityRecord(
        kind="address",
        lookup=kernel.address_hash(person.address),
        value=kernel.vault.seal(ref, person.address),
        basis=basis,
    )
    created = ProfileCreated(
        profile_id=profile_id,
        subject_ref=ref,
        kind="person",
        stage=person.stage,
        name=kernel.vault.seal(ref, person.name or person.address),
        identities=(identity,),
        origin="inbound" if basis == "inbound" else "operator",
    )
    tx.append(
        Draft(
            stream=f"profile-{profile_id}",
            data=created,
            correlation_id=profile_id,
            subject=profile_id,
        ),
        expect=0,
    )
    row = tx.get(ProfileRow, profile_id)
    assert row is not None  # noqa: S101 - the fold of the event just appended
    return row


def believed_addresses(kernel: Kernel, view: View, profile_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses of profiles that the operator created, imported or wrote to."""
    rows = view.select(IdentityRow, profile_id=tuple(profile_ids)) if profile_ids else []
    return tuple(sorted(kernel.vault.open(row.value) for row in rows if row.basis != "inbound"))

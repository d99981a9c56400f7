"""Owns who is who: profiles and identities found, created, endorsed."""

from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import KeyErased
from aios_defs.core.events.profiles import (
    Basis,
    IdentityRecord,
    ProfileCreated,
    ProfileEndorsed,
    ProfileIdentified,
    ProfileRenamed,
    Stage,
)
from aios_defs.core.events.registry import EventData
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.identity import forms
from aios_defs.services.identity.whole import root_of
from aios_defs.services.kernel import Kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone as a message or a contact list names them."""

    address: str
    name: str = ""
    stage: Stage = "lead"


def find_profile(kernel: Kernel, view: View, address: str) -> ProfileRow | None:
    """Return the profile an address belongs to, following merges, or None."""
    identity = view.get(IdentityRow, kernel.address_hash(address))
    return root_of(view, identity.profile_id) if identity else None


def know(kernel: Kernel, tx: Transaction, person: Person, basis: Basis) -> ProfileRow:
    """Return the profile of a person, following merges, creating it if there is none.

    A profile made from inbound mail is third-party; one the operator created, imported or wrote to
    is endorsed, and an existing one becomes so: the one that has the address, not what it is one
    with.
    """
    identity = tx.get(IdentityRow, kernel.address_hash(person.address))
    if identity is None:
        return _create(kernel, tx, person, basis)
    own = tx.get(ProfileRow, identity.profile_id)
    if basis != "inbound" and own is not None and not own.is_endorsed:
        _append(tx, ProfileEndorsed(profile_id=own.id, basis=basis), own.id, actor="operator")
    root = root_of(tx, identity.profile_id)
    assert root is not None  # noqa: S101 - an identity's profile is never deleted
    return root


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
    sealed = kernel.vault.seal(profile.subject_ref, name)
    renamed = ProfileRenamed(profile_id=profile.id, name=sealed, stage=person.stage)
    _append(tx, renamed, profile.id, actor="operator")
    hints = name_hints(kernel, name, sealed, "operator")
    if hints and known[0] != name:
        identified = ProfileIdentified(profile_id=profile.id, identities=hints)
        _append(tx, identified, profile.id, actor="operator")
    return True


def name_hints(
    kernel: Kernel, text: str, sealed: Sealed, basis: Basis
) -> tuple[IdentityRecord, ...]:
    """Return the identity that a name is, as the text that is sealed already; an address is none.

    Many may share it, so that it finds and proposes, but never resolves by itself.
    """
    found = forms.name(text) if "@" not in text else None
    if found is None:
        return ()
    return (IdentityRecord(kind="name", lookup=found.lookup(kernel), value=sealed, basis=basis),)


def _create(kernel: Kernel, tx: Transaction, person: Person, basis: Basis) -> ProfileRow:
    profile_id = kernel.ids.new()
    ref = tx.draw_ref()
    identity = IdentityRecord(
        kind="address",
        lookup=kernel.address_hash(person.address),
        value=kernel.vault.seal(ref, person.address),
        basis=basis,
    )
    name = person.name or person.address
    sealed = kernel.vault.seal(ref, name)
    created = ProfileCreated(
        profile_id=profile_id,
        subject_ref=ref,
        kind="person",
        stage=person.stage,
        name=sealed,
        identities=(identity, *name_hints(kernel, name, sealed, basis)),
        origin="inbound" if basis == "inbound" else "operator",
    )
    _append(tx, created, profile_id, expect=0)
    row = tx.get(ProfileRow, profile_id)
    assert row is not None  # noqa: S101 - the fold of the event just appended
    return row


def _append(
    tx: Transaction,
    data: EventData,
    profile_id: str,
    *,
    actor: str | None = None,
    expect: int | None = None,
) -> None:
    tx.append(
        Draft(
            stream=f"profile-{profile_id}",
            data=data,
            correlation_id=profile_id,
            subject=profile_id,
            actor=actor,
        ),
        expect=expect,
    )


def believed_addresses(kernel: Kernel, view: View, profile_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses of profiles that the operator created, imported or wrote to."""
    whose = tuple(profile_ids)
    rows = view.select(IdentityRow, profile_id=whose, kind="address") if whose else []
    return tuple(sorted(kernel.vault.open(row.value) for row in rows if row.basis != "inbound"))

"""Owns what becomes of a contact: whom it is, what is new about them, and taking that in.

An address or handle on a contact decides who it is; a phone number only while the names do not
speak against it, for colleagues share one. When a contact names what belongs to two profiles, they
are proposed as one, not merged: the word of a file is no certainty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from aios_defs.core.errors import KeyErased
from aios_defs.core.events.profiles import (
    ProfileCreated,
    ProfileDescribed,
    ProfileEndorsed,
    ProfileIdentified,
    ProfileRenamed,
    Stage,
    Status,
)
from aios_defs.core.imports import ContactEntry, Kind
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.profiles import HintRow, IdentityRow, ProfileRow
from aios_defs.services.erasure.tombstones import is_erased
from aios_defs.services.identity import forms
from aios_defs.services.identity.forms import Identity
from aios_defs.services.identity.likeness import Likeness, names_alike
from aios_defs.services.identity.proposing import propose_pair
from aios_defs.services.identity.whole import root_of
from aios_defs.services.imports.cause import Cause
from aios_defs.services.kernel import Kernel

_SAME_ENTRY = Likeness(score=0.95, words=("one entry of an imported file names both",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a contact means: `root` is whom it is (None: nobody known).

    `fresh` are the identities that nobody has yet or that the profile has on weaker grounds,
    `others` the roots of profiles that have one of the rest, `left_out` what was no identity.
    """

    root: ProfileRow | None
    own: ProfileRow | None
    identities: tuple[Identity, ...]
    fresh: tuple[Identity, ...]
    others: tuple[str, ...]
    left_out: tuple[str, ...]
    is_erased: bool


def plan_contact(kernel: Kernel, view: View, entry: ContactEntry) -> Plan:
    """Return what a contact means as the world stands; writes nothing."""
    certain, left_out = _certain(kernel, entry)
    owners = [(one, view.get(IdentityRow, one.lookup(kernel))) for one in certain]
    own = _whose(kernel, view, entry, owners)
    root = root_of(view, own.id) if own else None
    leads = {row.lookup: root_of(view, row.profile_id) for _, row in owners if row}
    others = [lead.id for lead in leads.values() if lead and root and lead.id != root.id]
    fresh = [one for one, row in owners if row is None or _is_weaker(row, own)]
    return Plan(
        root=root,
        own=own,
        identities=certain,
        fresh=(*fresh, *_new_hints(kernel, view, entry, own)),
        others=tuple(dict.fromkeys(others)),
        left_out=left_out,
        is_erased=any(is_erased(kernel, view, one.lookup(kernel)) for one in certain),
    )


def _is_weaker(row: IdentityRow, own: ProfileRow | None) -> bool:
    return own is not None and row.profile_id == own.id and row.basis == "inbound"


def _certain(kernel: Kernel, entry: ContactEntry) -> tuple[tuple[Identity, ...], tuple[str, ...]]:
    country = kernel.business.operator.country
    found = [
        *(("address", forms.address(one)) for one in entry.addresses),
        *(("handle", forms.handle(one)) for one in entry.handles),
        *(("phone number", forms.phone(one, country)) for one in entry.phones),
    ]
    left_out = tuple(kind for kind, one in found if one is None)
    return forms.distinct([one for _, one in found]), left_out


def _whose(
    kernel: Kernel,
    view: View,
    entry: ContactEntry,
    owners: Sequence[tuple[Identity, IdentityRow | None]],
) -> ProfileRow | None:
    """Return the profile that a contact is: the very one that has its identity."""
    order = {"address": 0, "handle": 1, "phone": 2}
    known = [row for _, row in sorted(owners, key=lambda one: order[one[0].kind]) if row]
    for row in known:
        profile = view.get(ProfileRow, row.profile_id)
        if profile is None or profile.kind != entry.kind:
            continue
        if row.kind != "phone" or _may_be(kernel, profile, entry):
            return profile
    if owners:
        return None
    return next(_by_name(kernel, view, entry.name, entry.kind), None)


def _may_be(kernel: Kernel, profile: ProfileRow, entry: ContactEntry) -> bool:
    """Return whether the names do not speak against it."""
    words = forms.name_words(entry.name)
    known = forms.name_words(_read(kernel, profile))
    return not words or not known or names_alike(words, known) > 0


def _by_name(kernel: Kernel, view: View, text: str, kind: Kind) -> Iterator[ProfileRow]:
    """Yield who has exactly this name and no certain identity that could tell them apart."""
    named = forms.name(text)
    hints = view.select(HintRow, lookup=named.lookup(kernel)) if named else []
    for hint in hints:
        root = root_of(view, hint.profile_id)
        if root is not None and root.kind == kind and not root.is_withdrawn:
            is_bare = not view.count(IdentityRow, profile_id=root.id)
            if is_bare or kind != "person":
                yield root


def _new_hints(
    kernel: Kernel, view: View, entry: ContactEntry, own: ProfileRow | None
) -> Iterator[Identity]:
    named = [forms.name(entry.name), *(forms.domain(one) for one in entry.sites)]
    for one in forms.distinct(named):
        if own is None or view.get(HintRow, f"{one.lookup(kernel)}:{own.id}") is None:
            yield one


def take_contact(kernel: Kernel, tx: Transaction, cause: Cause, entry: ContactEntry) -> str:
    """Take a contact in; returns what became of it: new, changed, known or erased."""
    plan = plan_contact(kernel, tx, entry)
    if plan.is_erased:
        return "erased"
    before = tx.head().position
    own = plan.own or create(kernel, tx, cause, entry, "operator")
    if plan.own is not None:
        _add(kernel, tx, cause, entry, plan)
    _describe(kernel, tx, cause, entry, own)
    if plan.root is not None:
        for other in plan.others:
            pair = (min(plan.root.id, other), max(plan.root.id, other))
            propose_pair(kernel, tx, pair, _SAME_ENTRY)
    if plan.own is None:
        return "new"
    return "changed" if tx.head().position > before else "known"


def profile_of(kernel: Kernel, view: View, entry: ContactEntry) -> ProfileRow | None:
    """Return the profile that a contact is, once it was taken."""
    return plan_contact(kernel, view, entry).own


def create(
    kernel: Kernel,
    tx: Transaction,
    cause: Cause,
    entry: ContactEntry,
    basis: Literal["operator", "inbound"],
) -> ProfileRow:
    """Create the profile of a contact that is nobody known; on the word of others a stranger's."""
    plan = plan_contact(kernel, tx, entry)
    profile_id, ref = kernel.ids.new(), tx.draw_ref()
    name = entry.name or next((one.text for one in plan.identities), "")
    created = ProfileCreated(
        profile_id=profile_id,
        subject_ref=ref,
        kind=entry.kind,
        stage=_stage(entry) or "lead",
        name=kernel.vault.seal(ref, name),
        identities=tuple(one.record(kernel, ref, basis) for one in plan.fresh),
        origin=basis,
    )
    cause.append(tx, profile_id, created, expect=0)
    row = tx.get(ProfileRow, profile_id)
    assert row is not None  # noqa: S101 - the fold of the event just appended
    return row


def _add(kernel: Kernel, tx: Transaction, cause: Cause, entry: ContactEntry, plan: Plan) -> None:
    own = plan.own
    assert own is not None  # noqa: S101 - the caller has looked
    if not own.is_endorsed and _names_all(kernel, tx, own, plan):
        cause.append(tx, own.id, ProfileEndorsed(profile_id=own.id))
    if plan.fresh:
        records = tuple(one.record(kernel, own.subject_ref, "operator") for one in plan.fresh)
        identified = ProfileIdentified(profile_id=own.id, identities=records)
        cause.append(tx, own.id, identified)
    if entry.name and "@" in _read(kernel, own):
        sealed = kernel.vault.seal(own.subject_ref, entry.name)
        renamed = ProfileRenamed(profile_id=own.id, name=sealed, stage=own.stage)  # type: ignore[arg-type]  # a row holds what an event put there
        cause.append(tx, own.id, renamed)


def _names_all(kernel: Kernel, tx: Transaction, own: ProfileRow, plan: Plan) -> bool:
    """Return whether a contact names every address of a profile: endorsing vouches for all."""
    named = {one.lookup(kernel) for one in plan.identities}
    return set(tx.column(IdentityRow, "lookup", profile_id=own.id, kind="address")) <= named


def _describe(
    kernel: Kernel, tx: Transaction, cause: Cause, entry: ContactEntry, own: ProfileRow
) -> None:
    row = tx.get(ProfileRow, own.id) or own
    stage = _stage(entry) or row.stage
    company = _company(kernel, tx, cause, entry, stage) if entry.company else None
    wanted = row.but(
        stage=stage,
        status=_status(entry) or row.status,
        company_id=company.id if company else row.company_id,
        language=entry.language.strip()[:35] or row.language,
    )
    if wanted != row:
        cause.append(tx, own.id, _described(wanted))


def _described(wanted: ProfileRow) -> ProfileDescribed:
    return ProfileDescribed.model_validate(
        {
            "profile_id": wanted.id,
            "stage": wanted.stage,
            "status": wanted.status,
            "company_id": wanted.company_id,
            "language": wanted.language,
        }
    )


def _company(
    kernel: Kernel, tx: Transaction, cause: Cause, entry: ContactEntry, stage: str
) -> ProfileRow:
    """Return the company of that name, creating it if there is none: of companies it is enough.

    A new one is at the stage of who belongs to it. One that has a customer is no lead, unless
    something else was said of it.
    """
    known = next(_by_name(kernel, tx, entry.company, "company"), None)
    if known is None:
        company = ContactEntry(name=entry.company, kind="company", stage=stage)
        return create(kernel, tx, cause, company, "operator")
    if (known.stage, stage) == ("lead", "customer") and not _is_described(tx, known):
        cause.append(tx, known.id, _described(known.but(stage=stage)))
    return known


def _is_described(tx: Transaction, row: ProfileRow) -> bool:
    said = tx.events(stream=f"profile-{row.id}", types=(ProfileDescribed.type, ProfileRenamed.type))
    return any(True for _ in said)


def _stage(entry: ContactEntry) -> Stage | None:
    return next((one for one in get_args(Stage) if one == entry.stage), None)


def _status(entry: ContactEntry) -> Status | None:
    return next((one for one in get_args(Status) if one == entry.status), None)


def _read(kernel: Kernel, row: ProfileRow) -> str:
    try:
        return kernel.vault.open(row.name)
    except KeyErased:
        return ""

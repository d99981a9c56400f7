"""Owns what the operator says that a profile is: kind, name, stage, status, company, language.

A profile whose address stands in business/contacts.csv has its name and stage from there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UsageInvalid
from aios_defs.core.events.profiles import (
    ProfileCreated,
    ProfileDescribed,
    ProfileKind,
    Stage,
    Status,
)
from aios_defs.core.events.registry import EventData
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.services.identity import forms
from aios_defs.services.identity.find import find_subject, subjects
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.profiles import Person, rename

NONE = "none"
"""Takes a company, a status or a language away."""
_WORDS: dict[str, tuple[str, ...]] = {
    "kind": get_args(ProfileKind),
    "stage": get_args(Stage),
    "status": (*get_args(Status), NONE),
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of a profile, in words; None is left as it is.

    `company` is words that find one. `none` takes a company, a status or a language away.
    """

    name: str | None = None
    kind: str | None = None
    stage: str | None = None
    status: str | None = None
    company: str | None = None
    language: str | None = None


def describe(kernel: Kernel, words: str, said: Description) -> ProfileRow:
    """Say what a known profile is; returns it. The same again makes no event.

    Raises:
        UnknownId: nobody is known by the words, or no company by its own.
        UsageInvalid: a word is none of those that there are, or several are meant.
        TransitionRefused: contacts.csv says its name and stage.

    """
    _check(said)
    with kernel.ledger.transaction(actor="operator") as tx:
        return _describe(kernel, tx, find_subject(kernel, tx, words), said)


def create(kernel: Kernel, words: str, kind: str, said: Description) -> ProfileRow:
    """Create the profile of somebody or something new, by a name or an address; returns it.

    Raises:
        UsageInvalid: a word is none of those that there are, or it is known already.
        UnknownId: no company is known by its words.

    """
    _check(Description(name=words, kind=kind))
    _check(said)
    with kernel.ledger.transaction(actor="operator") as tx:
        known = [row.id for row in subjects(kernel, tx, words) if row.kind == kind]
        if known:
            raise UsageInvalid(
                f"That {kind} is known already: {known[0]}.",
                remedy="Say what it is without --new.",
            )
        return _describe(kernel, tx, _created(kernel, tx, words.strip(), kind), said)


def _check(said: Description) -> None:
    mistakes = list(_mistakes(said))
    if mistakes:
        raise UsageInvalid(" ".join(mistakes), remedy="See: aios memory describe --help")


def _mistakes(said: Description) -> Iterator[str]:
    for name, words in _WORDS.items():
        given = getattr(said, name)
        if given is not None and given not in words:
            yield f"The {name} {given!r} is none of {', '.join(words)}."
    if said.language not in (None, NONE) and not _LANGUAGE.fullmatch(said.language or ""):
        yield f"The language {said.language!r} is none, as de or pt-BR are."
    if said.name is not None and not 0 < len(said.name.strip()) <= _LONGEST:
        yield f"A name has 1 to {_LONGEST} letters."


def _created(kernel: Kernel, tx: Transaction, words: str, kind: str) -> ProfileRow:
    profile_id, ref = kernel.ids.new(), tx.draw_ref()
    found = forms.distinct([forms.address(words) or forms.name(words)])
    data: dict[str, Any] = {
        "profile_id": profile_id,
        "subject_ref": ref,
        "kind": kind,
        "stage": "lead",
        "name": kernel.vault.seal(ref, words),
        "identities": tuple(one.record(kernel, ref, "operator") for one in found),
        "origin": "operator",
    }
    _append(tx, profile_id, ProfileCreated.model_validate(data))
    return _row(tx, profile_id)


def _describe(kernel: Kernel, tx: Transaction, row: ProfileRow, said: Description) -> ProfileRow:
    if said.name is not None or said.stage is not None:
        _refuse_listed(kernel, tx, row)
    wanted = row.but(
        kind=said.kind or row.kind,
        stage=said.stage or row.stage,
        status=_said(said.status, row.status),
        company_id=_company(kernel, tx, row, said.company),
        language=_said(said.language, row.language),
    )
    if wanted.status is not None and wanted.kind != "project":
        raise UsageInvalid("Only a project has a status.", remedy="Add: --kind project")
    if wanted != row:
        data: dict[str, Any] = {
            "profile_id": row.id,
            "stage": wanted.stage,
            "status": wanted.status,
            "company_id": wanted.company_id,
            "language": wanted.language,
            "kind": wanted.kind if wanted.kind != row.kind else None,
        }
        _append(tx, row.id, ProfileDescribed.model_validate(data))
    if said.name is not None:
        person: Any = {"address": "", "name": said.name.strip(), "stage": wanted.stage}
        rename(kernel, tx, wanted, Person(**person))
    return _row(tx, row.id)


def _refuse_listed(kernel: Kernel, tx: Transaction, row: ProfileRow) -> None:
    """Refuse a name and stage that the contacts file would put back at the next start."""
    own = set(tx.column(IdentityRow, "lookup", profile_id=row.id, kind="address"))
    if any(kernel.address_hash(one.address) in own for one in kernel.business.contacts):
        raise TransitionRefused(
            "Name and stage of this person stand in business/contacts.csv.",
            remedy="Change their line there; the next `aios run` or `aios up` reads it.",
            state=row.stage,
        )


def _said(given: str | None, now: str | None) -> str | None:
    return None if given == NONE else given or now


def _company(kernel: Kernel, tx: Transaction, row: ProfileRow, given: str | None) -> str | None:
    if given is None or given == NONE:
        return _said(given, row.company_id)
    company = find_subject(kernel, tx, given)
    if company.kind != "company":
        raise UsageInvalid(
            f"That is a {company.kind}, no company: {company.id}.",
            remedy=f"If it is one: aios memory describe {company.id} --kind company",
        )
    if company.id in members(tx, row.id):
        raise UsageInvalid("A company is not its own.", remedy="Name another one.")
    return company.id


def _row(tx: Transaction, profile_id: str) -> ProfileRow:
    row = tx.get(ProfileRow, profile_id)
    assert row is not None  # noqa: S101 - the fold of the events just appended
    return row


def _append(tx: Transaction, profile_id: str, data: EventData) -> None:
    stream = f"profile-{profile_id}"
    tx.append(Draft(stream=stream, data=data, correlation_id=profile_id, subject=profile_id))

"""Owns the lists of memory by type: profiles, facts, leads, projects, intents, commitments.

Each type is one entry of LISTS; the command line and the API know no more of it. Lists are read
from the rows; those of another time from the events up to then. Who was forgotten is in none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.events.memory import SubjectErased
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.commitment_view import commitment_rows, commitment_view
from aios_defs.services.fact_lines import fact_line
from aios_defs.services.fact_times import facts_as_of, members_at, merged_at, point
from aios_defs.services.identity.whole import members, root_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_versions import (
    IntentVersion,
    ProfileVersion,
    Said,
    intent_versions,
    profile_versions,
    profiles_at,
)

PAGE = 100
_STANDS = ("asserted", "disputed", "proposed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of a list: of whom (None: of all), as of which place (None: now), which page."""

    subject_id: str | None = None
    is_house: bool = False
    known_at: int | None = None
    skip: int = 0
    size: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items of a list, and how many it has in all."""

    items: list[JsonObject]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A type of memory: what a table shows of each item, and how a page of it is read."""

    columns: tuple[str, ...]
    read: Callable[[Kernel, View, Asked], Page]


def listing(kind: str) -> Listing:
    """Return how a type is listed; raises UsageInvalid when there is no such type."""
    if kind not in LISTS:
        raise UsageInvalid(
            f"Memory has no list of {kind!r}.", remedy=f"Ask for one of: {', '.join(LISTS)}."
        )
    return LISTS[kind]


def memory_list(kernel: Kernel, kind: str, asked: Asked) -> JsonObject:
    """Return a page of what memory holds of a type.

    Shape: `kind`, `known_at` (the place in the ledger), `items`, `total`, `more` (the `skip` of the
    next page, or None).

    Raises:
        UsageInvalid: there is no such type, or it can't be asked so.

    """
    read = listing(kind).read
    with kernel.ledger.view() as view:
        head = view.head().position
        known_at = head if asked.known_at is None else min(asked.known_at, head)
        page = read(kernel, view, asked)
    end = asked.skip + asked.size
    return {
        "kind": kind,
        "known_at": known_at,
        "items": list[JsonValue](page.items),
        "total": page.total,
        "more": end if end < page.total else None,
    }


def _profiles(**only: tuple[str, ...]) -> Callable[[Kernel, View, Asked], Page]:
    """Return how profiles whose fields have one of these values are read, the latest known first.

    Of a subject: itself, and who belongs to it as a company.
    """

    def read(kernel: Kernel, view: View, asked: Asked) -> Page:
        if asked.is_house:
            raise UsageInvalid("The house is no profile.", remedy="Leave the subject out.")
        end = asked.skip + asked.size
        if asked.known_at is not None:
            found = _then(view, asked, asked.known_at, only)
            shown = [_profile(kernel, view, one) for one in found[asked.skip : end]]
            return Page(items=shown, total=len(found))
        where: dict[str, Any] = {**only, "merged_into": None, "is_withdrawn": False}
        if asked.subject_id is None:
            rows = view.select(ProfileRow, order="-position", limit=end, **where)
            total = view.count(ProfileRow, **where)
        else:
            rows = _now(view, members(view, asked.subject_id), where)
            total = len(rows)
        ids = [row.id for row in rows[asked.skip : end]]
        items = [_profile(kernel, view, profile_versions(view, one)[-1]) for one in ids]
        return Page(items=items, total=total)

    return read


def _now(view: View, whose: tuple[str, ...], where: dict[str, Any]) -> list[ProfileRow]:
    rows = view.select(ProfileRow, id=whose, **where)
    rows += view.select(ProfileRow, company_id=whose, **where)
    return sorted(rows, key=lambda row: -row.position)


def _then(
    view: View, asked: Asked, known_at: int, only: dict[str, tuple[str, ...]]
) -> list[ProfileVersion]:
    gone = {*merged_at(view, known_at), *_forgotten(view)}
    whose = members_at(view, asked.subject_id, known_at) if asked.subject_id else None
    return [
        one
        for one in reversed(profiles_at(view, known_at))
        if all(getattr(one.row, name) in values for name, values in only.items())
        and (whose is None or one.row.id in whose or one.row.company_id in whose)
        and not (one.row.is_withdrawn or one.row.id in gone)
    ]


def _forgotten(view: View) -> Iterator[str]:
    for event in view.events(types=(SubjectErased.type,)):
        erased = SubjectErased.model_validate(event.data)
        yield from (erased.profile_id, *erased.profile_ids)


def _profile(kernel: Kernel, view: View, version: ProfileVersion) -> JsonObject:
    row = version.row
    company = root_of(view, row.company_id) if row.company_id else None
    return {
        "id": row.id,
        "name": readable(kernel, row.name),
        "kind": row.kind,
        "stage": row.stage,
        "status": row.status,
        "company": {"id": company.id, "name": readable(kernel, company.name)} if company else None,
        "language": row.language,
        "is_endorsed": row.is_endorsed,
        **_said(version.said),
    }


def _said(said: Said) -> JsonObject:
    return {
        "version": said.number,
        "since": rfc3339(said.at),
        "by": said.by,
        "position": said.position,
    }


def _facts(kernel: Kernel, view: View, asked: Asked) -> Page:
    """Read the facts of all that stand, wait or are disputed; of another time those of one."""
    if asked.known_at is not None:
        return _facts_then(kernel, view, asked)
    where: dict[str, object] = {"state": _STANDS}
    if asked.is_house:
        where["subject_id"] = None
    elif asked.subject_id is not None:
        where["subject_id"] = members(view, asked.subject_id)
    rows = view.select(FactRow, order="-position", limit=asked.skip + asked.size, **where)
    items = [_fact(kernel, view, row) for row in rows[asked.skip :]]
    return Page(items=items, total=view.count(FactRow, **where))


def _facts_then(kernel: Kernel, view: View, asked: Asked) -> Page:
    if not asked.is_house and asked.subject_id is None:
        raise UsageInvalid(
            "The facts of another time are listed of one subject.",
            remedy="Name it: `house`, or a person.",
        )
    at = point(kernel, view, None, asked.known_at)
    rows = facts_as_of(kernel, view, asked.subject_id, at)
    shown = rows[asked.skip : asked.skip + asked.size]
    return Page(items=[_fact(kernel, view, row) for row in shown], total=len(rows))


def _fact(kernel: Kernel, view: View, row: FactRow) -> JsonObject:
    subject = root_of(view, row.subject_id) if row.subject_id else None
    of: JsonValue = {"id": subject.id, "name": readable(kernel, subject.name)} if subject else None
    return {**fact_line(kernel, row), "subject": of, "source": row.author}


def _intents(_kernel: Kernel, view: View, asked: Asked) -> Page:
    """Read the intent of each workflow that is in force, or waits for the operator's word."""
    if asked.is_house or asked.subject_id is not None:
        raise UsageInvalid("Intents are of workflows.", remedy="Leave the subject out.")
    found = intent_versions(view, asked.known_at)
    items = [_intent(found[name][-1]) for name in sorted(found)]
    return Page(items=items[asked.skip : asked.skip + asked.size], total=len(items))


def _intent(version: IntentVersion) -> JsonObject:
    intent = version.intent
    return {
        "id": intent.intent_id,
        "workflow": intent.workflow,
        "text": intent.text,
        "operations": list[JsonValue](intent.operations),
        "is_confirmed": version.is_confirmed,
        **_said(version.said),
    }


def _commitments(kernel: Kernel, view: View, asked: Asked) -> Page:
    """Read what we promised: what is open first, then the earliest day first."""
    if asked.is_house:
        raise UsageInvalid("The house is promised nothing.", remedy="Leave the subject out.")
    rows = commitment_rows(view, asked.subject_id, asked.known_at)
    shown = rows[asked.skip : asked.skip + asked.size]
    return Page(items=[commitment_view(kernel, view, row) for row in shown], total=len(rows))


_PROFILE: Sequence[str] = ("id", "name", "kind", "stage", "status", "company", "language")
LISTS: dict[str, Listing] = {
    "profiles": Listing(columns=(*_PROFILE, "version"), read=_profiles()),
    "facts": Listing(
        columns=("id", "subject", "name", "value", "state", "valid_from", "valid_to", "source"),
        read=_facts,
    ),
    "leads": Listing(
        columns=("id", "name", "kind", "company", "language", "since", "version"),
        read=_profiles(stage=("lead",), kind=("person", "company")),
    ),
    "projects": Listing(
        columns=("id", "name", "status", "company", "since", "version"),
        read=_profiles(kind=("project",)),
    ),
    "intents": Listing(
        columns=("workflow", "text", "operations", "is_confirmed", "since", "version"),
        read=_intents,
    ),
    "commitments": Listing(
        columns=("id", "to", "text", "due_day", "state", "is_overdue", "version"),
        read=_commitments,
    ),
}
"""What can be listed, by its name on the command line."""

"""Owns what becomes of a calendar entry: whom it is about, and which version of it stands.

Entries of one UID and instance are versions of one (RFC 5545, 3.8.7.4). A later one, a cancelled
one among them, takes the place of what an import said before it, never of what anybody else said;
an earlier one is known already. Those that say nothing of their version and begin at another time
stand beside one another: some programs write a series out under one UID.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aios_defs.core.errors import KeyErased
from aios_defs.core.events.messages import InteractionRecorded
from aios_defs.core.fact_values import ENTRY, is_same
from aios_defs.core.imports import CalendarEntry, ContactEntry
from aios_defs.core.labels import Label, Trust
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow, ThreadMailRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.erasure.tombstones import is_erased
from aios_defs.services.facts import (
    Key,
    NewFact,
    assert_in_place,
    now_at,
    replace_fact,
    stands,
)
from aios_defs.services.identity import forms
from aios_defs.services.imports.cause import AUTHOR, Cause, learn_from
from aios_defs.services.imports.contacts import create
from aios_defs.services.kernel import Kernel
from aios_defs.services.profiles import find_profile

_PREDICATE = "appointment"
_CANCELLED = "cancelled"
_CHANGED = "a later version of the calendar entry says otherwise"
_CALLED_OFF = "the calendar says that it is cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an entry means: `outcome` is new, changed or known; `formers` are what it replaces.

    `is_said` tells of a known one that it says what stands.
    """

    outcome: str
    formers: tuple[FactRow, ...] = ()
    is_said: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Former:
    """A fact that stands and is of an earlier version, with its value."""

    row: FactRow
    value: JsonObject

    @property
    def entry(self) -> JsonObject:
        """What its calendar knew it by; empty when it was written before that was kept."""
        found = self.value.get(ENTRY)
        return found if isinstance(found, dict) else {}


def plan_appointment(kernel: Kernel, view: View, entry: CalendarEntry) -> Plan:
    """Return what a calendar entry means as the world stands; writes nothing."""
    if view.get(ThreadMailRow, _version_mark(kernel, entry)) is not None:
        return Plan(outcome="known")
    formers = list(_formers(kernel, view, entry))
    if not formers:
        is_met = view.get(ThreadMailRow, _mark(kernel, entry)) is not None
        return Plan(outcome="known" if is_met else "new")
    at_its_time = [one for one in formers if one.entry.get("start") == rfc3339(entry.start)]
    formers = at_its_time or formers
    said = _value(kernel, entry)
    if all(is_same(one.value, said) for one in formers):
        return Plan(outcome="known", is_said=True)
    if all(_is_later(entry, one) for one in formers):
        return Plan(outcome="changed", formers=tuple(one.row for one in formers))
    is_beside = not at_its_time and all(_version(one) == _of(entry) for one in formers)
    return Plan(outcome="new" if is_beside else "known")


def take_appointment(kernel: Kernel, tx: Transaction, cause: Cause, entry: CalendarEntry) -> str:
    """Record a calendar entry with each who takes part, and what it says as a fact of them.

    Returns what became of it: new, changed or known.
    """
    plan = plan_appointment(kernel, tx, entry)
    if plan.outcome == "known":
        if plan.is_said and not entry.people:
            learn_from(kernel, tx, cause, _fact(kernel, entry, None))
        return "known"
    people = [one.id for one in _record(kernel, tx, cause, entry)]
    _replace(kernel, tx, cause, entry, plan.formers)
    about: list[str | None] = [*people]
    if not people and not plan.formers:
        about = [None]
    told = {one.subject_id for one in plan.formers}
    became = [
        learn_from(kernel, tx, cause, _fact(kernel, entry, one)) for one in about if one not in told
    ]
    return plan.outcome if people or plan.formers else became[0]


def _replace(
    kernel: Kernel,
    tx: Transaction,
    cause: Cause,
    entry: CalendarEntry,
    formers: Iterable[FactRow],
) -> None:
    """Let what an entry says take the place of its former versions, of each subject."""
    reason = _CALLED_OFF if entry.is_cancelled else _CHANGED
    by: dict[str | None, str] = {}
    for row in formers:
        if row.subject_id in by:
            replace_fact(tx, row, by[row.subject_id], reason=reason)
            continue
        fact = cause.said(_fact(kernel, entry, row.subject_id))
        by[row.subject_id] = assert_in_place(kernel, tx, fact, row, reason=reason)


def _record(
    kernel: Kernel, tx: Transaction, cause: Cause, entry: CalendarEntry
) -> list[ProfileRow]:
    """Record an interaction with each who takes part; returns them."""
    own = {one.describe().account.lower() for one in kernel.connectors.values()}
    people = list(_people(kernel, tx, cause, entry, own))
    is_ours = entry.organizer.lower() in own or not entry.people
    thread_id = kernel.ids.new()
    marks = (_mark(kernel, entry), _version_mark(kernel, entry), _entry_mark(kernel, entry))
    for profile in people:
        recorded = InteractionRecorded(
            interaction_id=kernel.ids.new(),
            profile_id=profile.id,
            direction="out" if is_ours else "in",
            channel="calendar",
            thread_id=thread_id,
            at=entry.start,
            mail_hashes=marks,
        )
        cause.append(tx, profile.id, recorded)
    return people


def _formers(kernel: Kernel, view: View, entry: CalendarEntry) -> Iterator[_Former]:
    """Yield the facts that stand and that an import took from this entry, of whomever."""
    mark, seen = _entry_mark(kernel, entry), set[str]()
    for subject_id in _whose(kernel, view, entry):
        key = Key(subject_id=subject_id, topic=_topic(subject_id), predicate=_PREDICATE)
        for row in stands(kernel, view, key, now_at(kernel, view)):
            if row.author != AUTHOR or row.id in seen:
                continue
            seen.add(row.id)
            try:
                former = _Former(row=row, value=kernel.open_json(row.value))
            except KeyErased:
                continue
            if former.entry.get("of") == mark or _is_of_before(kernel, view, entry, former):
                yield former


def _whose(kernel: Kernel, view: View, entry: CalendarEntry) -> list[str | None]:
    """Return whom an entry may be about, None for the house: whom it names or once named."""
    addresses = [forms.address(text) for text, _ in entry.people]
    named = [find_profile(kernel, view, one.form) for one in addresses if one]
    found: list[str | None] = [None, *(one.id for one in named if one)]
    for mark in (_entry_mark(kernel, entry), _start_mark(kernel, entry)):
        thread = view.get(ThreadMailRow, mark)
        met = view.select(InteractionRow, thread_id=thread.thread_id) if thread else []
        found += [one.profile_id for one in met]
    return list(dict.fromkeys(found))


def _is_of_before(kernel: Kernel, view: View, entry: CalendarEntry, former: _Former) -> bool:
    """Return whether a fact that does not say of which entry it is has its title and beginning."""
    if former.entry or (entry.is_cancelled and _is_met(kernel, view, entry)):
        return False
    text = str(former.value.get("text", ""))
    return text.startswith(f"{entry.title}\n{rfc3339(entry.start)}")


def _is_met(kernel: Kernel, view: View, entry: CalendarEntry) -> bool:
    return view.get(ThreadMailRow, _mark(kernel, entry)) is not None


def _is_later(entry: CalendarEntry, former: _Former) -> bool:
    """Return whether an entry is the later version; of equal ones at one time a cancelled one is.

    Of equal ones that are both not cancelled, the one that is imported later is.
    """
    if _of(entry) != _version(former):
        return _of(entry) > _version(former)
    is_there = former.entry.get("start") in (None, rfc3339(entry.start))
    return entry.is_cancelled or (is_there and not former.entry.get(_CANCELLED))


def _of(entry: CalendarEntry) -> tuple[int, str]:
    return entry.sequence, entry.stamp


def _version(former: _Former) -> tuple[int, str]:
    sequence = former.entry.get("sequence")
    return (sequence if isinstance(sequence, int) else 0, str(former.entry.get("stamp", "")))


def _fact(kernel: Kernel, entry: CalendarEntry, about: str | None) -> NewFact:
    """Return what an entry says: whoever wrote the file chose its organiser, too (G5)."""
    return NewFact(
        topic=_topic(about),
        predicate=_PREDICATE,
        value=_value(kernel, entry),
        label=Label(audience=(about,) if about else (), trust=Trust.THIRD_PARTY),
        subject_id=about,
    )


def _topic(about: str | None) -> str | None:
    return None if about else "calendar"


def _value(kernel: Kernel, entry: CalendarEntry) -> JsonObject:
    known_by: JsonObject = {
        "of": _entry_mark(kernel, entry),
        "start": rfc3339(entry.start),
        "sequence": entry.sequence,
        "stamp": entry.stamp,
        _CANCELLED: entry.is_cancelled,
    }
    return {"text": _text(entry), ENTRY: known_by}


def _text(entry: CalendarEntry) -> str:
    until = f" to {rfc3339(entry.end)}" if entry.end else ""
    title = f"{entry.title} ({_CANCELLED})" if entry.is_cancelled else entry.title
    lines = [title, f"{rfc3339(entry.start)}{until}", entry.place, entry.repeats, entry.text]
    return "\n".join(one for one in lines if one.strip())


def _people(
    kernel: Kernel, tx: Transaction, cause: Cause, entry: CalendarEntry, own: set[str]
) -> Iterator[ProfileRow]:
    """Yield who takes part, but for the operator and the erased; a stranger stays one."""
    seen: set[str] = set()
    for text, name in entry.people:
        address = forms.address(text)
        if address is None or address.form in own or address.form in seen:
            continue
        seen.add(address.form)
        if is_erased(kernel, tx, address.lookup(kernel)):
            continue
        known = find_profile(kernel, tx, address.form)
        stranger = ContactEntry(name=name, addresses=(address.form,))
        yield known or create(kernel, tx, cause, stranger, "inbound")


def _mark(kernel: Kernel, entry: CalendarEntry) -> str:
    """Return what an entry is recognised by as a whole: its UID, beginning, and cancellation."""
    return _start_mark(kernel, entry, *((_CANCELLED,) if entry.is_cancelled else ()))


def _start_mark(kernel: Kernel, entry: CalendarEntry, *news: str) -> str:
    return kernel.vault.digest("calendar", entry.uid, rfc3339(entry.start), *news)


def _version_mark(kernel: Kernel, entry: CalendarEntry) -> str:
    version = (entry.instance, str(entry.sequence), entry.stamp, _text(entry))
    return kernel.vault.digest("calendar version", entry.uid, *version)


def _entry_mark(kernel: Kernel, entry: CalendarEntry) -> str:
    return kernel.vault.digest("calendar entry", entry.uid, entry.instance)

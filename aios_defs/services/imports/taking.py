"""Owns what becomes of each entry of a file: contacts, facts, calendar entries, notes.

What the house knows already makes no event. What a contact file or a calendar says, and a note that
says so of itself, is believed no more than anything from outside: such a file travels with mails.
"""

from aios_defs.core.fact_values import TITLED, is_same, read_value, wanted
from aios_defs.core.imports import CalendarEntry, ContactEntry, Entry, FactEntry, NoteEntry, Trouble
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.erasure.tombstones import means_erased
from aios_defs.services.facts import Key, NewFact, now_at, stands
from aios_defs.services.identity.find import subjects
from aios_defs.services.imports.appointments import plan_appointment, take_appointment
from aios_defs.services.imports.cause import AUTHOR, Cause, learn_from
from aios_defs.services.imports.contacts import (
    plan_contact,
    profile_of,
    take_contact,
)
from aios_defs.services.kernel import Kernel

_UNKNOWN = Trouble(
    reason="is about somebody whom nobody, or more than one profile, is known by",
    remedy="Give an address in place of the name, or import the contact first.",
)

_BOTH = Trouble(
    reason="has a subject and a topic: only a fact of the house has a topic",
    remedy="Empty one of the two, and import the file again.",
)


def trouble_with(kernel: Kernel, view: View, entry: Entry) -> Trouble | None:
    """Return why an entry can't be taken as the world stands, or None."""
    if not isinstance(entry, FactEntry) or means_erased(kernel, view, entry.subject):
        return None
    if entry.subject and entry.topic:
        return _BOTH
    if entry.subject and len(subjects(kernel, view, entry.subject)) != 1:
        return _UNKNOWN
    predicate = kernel.business.predicate(entry.predicate)
    if read_value(entry.value, predicate) is None:
        return Trouble(
            reason=f"has no value of the predicate {entry.predicate}",
            remedy=f"Write {wanted(predicate)}, and import the file again.",
        )
    return None


def outlook(kernel: Kernel, view: View, entry: Entry) -> str:
    """Return what would become of an entry, about: new, changed, known or erased."""
    if isinstance(entry, CalendarEntry):
        return plan_appointment(kernel, view, entry).outcome
    if isinstance(entry, NoteEntry):
        return "known" if _is_known(kernel, view, _note(kernel, view, entry)) else "new"
    if isinstance(entry, FactEntry) and means_erased(kernel, view, entry.subject):
        return "erased"
    return _look_at_contact(kernel, view, entry) if isinstance(entry, ContactEntry) else "new"


def _look_at_contact(kernel: Kernel, view: View, entry: ContactEntry) -> str:
    plan = plan_contact(kernel, view, entry)
    if plan.is_erased:
        return "erased"
    if plan.own is None:
        return "new"
    return "changed" if plan.fresh else "known"


def take(kernel: Kernel, tx: Transaction, cause: Cause, entry: Entry) -> str:
    """Take an entry in; returns what became of it: new, changed, known or erased."""
    if isinstance(entry, ContactEntry):
        return _take_contact(kernel, tx, cause, entry)
    if isinstance(entry, FactEntry):
        return _take_fact(kernel, tx, cause, entry)
    if isinstance(entry, NoteEntry):
        return _take_note(kernel, tx, cause, entry)
    return take_appointment(kernel, tx, cause, entry)


def _take_contact(kernel: Kernel, tx: Transaction, cause: Cause, entry: ContactEntry) -> str:
    became = take_contact(kernel, tx, cause, entry)
    profile = profile_of(kernel, tx, entry) if became != "erased" else None
    if profile is None:
        return became
    learnt = [
        learn_from(kernel, tx, cause, _about(profile, predicate, text))
        for predicate, text in entry.facts
    ]
    return "changed" if became == "known" and "new" in learnt else became


def _about(profile: ProfileRow, predicate: str, text: str) -> NewFact:
    return NewFact(
        topic=None,
        predicate=predicate,
        value={"text": text},
        label=Label(audience=(profile.id,), trust=Trust.THIRD_PARTY),
        subject_id=profile.id,
    )


def _take_fact(kernel: Kernel, tx: Transaction, cause: Cause, entry: FactEntry) -> str:
    if means_erased(kernel, tx, entry.subject):
        return "erased"
    about = subjects(kernel, tx, entry.subject)[0].id if entry.subject else None
    value = read_value(entry.value, kernel.business.predicate(entry.predicate))
    assert value is not None  # noqa: S101 - `trouble_with` has looked
    fact = NewFact(
        topic=entry.topic or None,
        predicate=entry.predicate,
        value=value,
        label=Label(audience=(about,) if about else (), trust=Trust.FIRST_PARTY),
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        subject_id=about,
    )
    return learn_from(kernel, tx, cause, fact)


def _take_note(kernel: Kernel, tx: Transaction, cause: Cause, entry: NoteEntry) -> str:
    return learn_from(kernel, tx, cause, _note(kernel, tx, entry))


def _note(kernel: Kernel, view: View, entry: NoteEntry) -> NewFact:
    """Return a note as a fact; its title is sealed with its text, its topic a keyed hash of it.

    What an import wrote under its title in the clear, before that was sealed, goes on under it.
    """
    trust = Trust.THIRD_PARTY if entry.is_foreign else Trust.FIRST_PARTY
    topic = entry.title
    value: JsonObject = {"text": entry.text}
    if not view.count(FactRow, subject_id=None, topic=topic, predicate="note", author=AUTHOR):
        topic = TITLED + kernel.vault.digest("note", entry.title)
        value["title"] = entry.title
    return NewFact(
        topic=topic,
        predicate="note",
        value=value,
        label=Label(level=Level(entry.level), trust=trust),
    )


def _is_known(kernel: Kernel, view: View, fact: NewFact) -> bool:
    """Return whether a fact of the house stands already, with the same value."""
    standing = stands(kernel, view, Key.of(fact), now_at(kernel, view))
    return any(is_same(kernel.open_json(row.value), fact.value) for row in standing)

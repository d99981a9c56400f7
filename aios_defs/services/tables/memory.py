"""Owns the tables of memory in plain text: profiles, interactions, facts.

This is the one form in which personal text leaves the seal, so each row carries its level, by which
the artifacts are kept apart, and its own seal, by which a check finds a row that was changed. What
was erased stays as a row without text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.errors import ConfigurationInvalid, KeyErased
from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import read_message
from aios_defs.services.tables.table import Form, Record, Table

LEVELS = tuple(str(level) for level in Level)
SEAL = "seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRecord(Record):
    """One person, company or project, with the addresses it is known by."""

    profile_id: str
    kind: str
    stage: str
    is_endorsed: bool
    origin: str
    merged_into: str | None
    name: str | None
    addresses: tuple[str, ...]
    level: str
    trust: str
    event_id: str
    position: int
    seal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRecord(Record):
    """One message or event with a subject, in either direction."""

    interaction_id: str
    profile_id: str
    direction: str
    channel: str
    message_id: str | None
    action_id: str | None
    thread_id: str
    at: datetime
    subject: str | None
    text: str | None
    level: str
    trust: str
    event_id: str
    position: int
    seal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecord(Record):
    """One version of a fact; `value` is its canonical JSON. Proposed facts are no facts yet."""

    fact_id: str
    subject_id: str | None
    topic: str | None
    predicate: str
    value: str | None
    state: str
    valid_from: datetime | None
    valid_to: datetime | None
    confidence: float
    audience: tuple[str, ...]
    level: str
    trust: str
    source_event: str | None
    source_file: str | None
    supersedes: str | None
    superseded_by: str | None
    event_id: str
    position: int
    seal: str = ""


def memory_table(kernel: Kernel, name: str) -> Table:
    """Return profiles, interactions or facts as the ledger stands now.

    Raises:
        KeyMissing: a key is gone and no erasure explains it; nothing is built then.

    """
    with kernel.ledger.view() as view:
        rows = tuple(_sealed(kernel, name, row) for row in _QUERIES[name](kernel, view))
        return Table(form=memory_form(name), rows=rows, head=view.head())


def memory_form(name: str) -> Form:
    """Return the form of profiles, interactions or facts."""
    return Form(name=name, record=_RECORDS[name], levels=LEVELS)


def row_seal(kernel: Kernel, name: str, row: JsonObject) -> str:
    """Return the seal of a row given as JSON, whatever seal stands in it."""
    bare = {key: value for key, value in row.items() if key != SEAL}
    return kernel.vault.digest("artifact", name, canonical_bytes(bare))


def ledger_ids(kernel: Kernel, name: str, *, upto: int) -> set[str]:
    """Return the ids that a table read at position `upto` must hold."""
    with kernel.ledger.view() as view:
        if name == "facts":
            return {row.id for row in _known_facts(view) if row.position <= upto}
        kind = ProfileRow if name == "profiles" else InteractionRow
        return {row.id for row in view.select(kind) if row.position <= upto}


def _sealed(kernel: Kernel, name: str, row: Record) -> Record:
    return replace(row, **{SEAL: row_seal(kernel, name, row.to_json())})


def _open(kernel: Kernel, sealed: Sealed) -> str | None:
    try:
        return kernel.vault.open(sealed)
    except KeyErased:
        return None


def _profiles(kernel: Kernel, view: View) -> list[ProfileRecord]:
    addresses: dict[str, list[str]] = {}
    for row in view.select(IdentityRow, kind="address"):
        text = _open(kernel, row.value)
        addresses.setdefault(row.profile_id, []).extend([text] if text else [])
    return [
        ProfileRecord(
            profile_id=row.id,
            kind=row.kind,
            stage=row.stage,
            is_endorsed=row.is_endorsed,
            origin=row.origin,
            merged_into=row.merged_into,
            name=_open(kernel, row.name),
            addresses=tuple(sorted(addresses.get(row.id, []))),
            level=Level.SHAREABLE,
            trust=Trust.FIRST_PARTY if row.is_endorsed else Trust.THIRD_PARTY,
            event_id=row.event_id,
            position=row.position,
        )
        for row in view.select(ProfileRow, order="position")
    ]


def _interactions(kernel: Kernel, view: View) -> list[InteractionRecord]:
    return [
        _interaction(row, *_text(kernel, view, row))
        for row in view.select(InteractionRow, order="position")
    ]


def _interaction(row: InteractionRow, subject: str | None, text: str | None) -> InteractionRecord:
    return InteractionRecord(
        interaction_id=row.id,
        profile_id=row.profile_id,
        direction=row.direction,
        channel=row.channel,
        message_id=row.message_id,
        action_id=row.action_id,
        thread_id=row.thread_id,
        at=row.at,
        subject=subject,
        text=text,
        level=row.label.level,
        trust=row.label.trust,
        event_id=row.event_id,
        position=row.position,
    )


def _text(kernel: Kernel, view: View, row: InteractionRow) -> tuple[str | None, str | None]:
    """Return subject and text; None where they were erased or their connector is gone."""
    message = view.get(MessageRow, row.message_id) if row.message_id else None
    action = view.get(ActionRow, row.action_id) if row.action_id else None
    try:
        if message is not None:
            parsed = read_message(kernel, view, message)
            return parsed.subject, parsed.text
        arguments = kernel.open_json(action.arguments) if action is not None else {}
    except (KeyErased, ConfigurationInvalid):
        return None, None
    return str(arguments.get("subject", "")), str(arguments.get("body", ""))


def _known_facts(view: View) -> list[FactRow]:
    """Return the facts that were asserted at some time; only a proposal names its task."""
    rows = view.select(FactRow, task_id=None, order="position")
    return [row for row in rows if row.state != "proposed"]


def _facts(kernel: Kernel, view: View) -> list[FactRecord]:
    return [
        FactRecord(
            fact_id=row.id,
            subject_id=row.subject_id,
            topic=row.topic,
            predicate=row.predicate,
            value=_open(kernel, row.value),
            state=row.state,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            confidence=float(row.confidence),
            audience=row.label.audience,
            level=row.label.level,
            trust=row.label.trust,
            source_event=row.source_event,
            source_file=row.source_file,
            supersedes=row.supersedes,
            superseded_by=row.superseded_by,
            event_id=row.event_id,
            position=row.position,
        )
        for row in _known_facts(view)
    ]


_Query = Callable[[Kernel, View], Sequence[Record]]

_QUERIES: dict[str, _Query] = {
    "profiles": _profiles,
    "interactions": _interactions,
    "facts": _facts,
}
_RECORDS: dict[str, type[Record]] = {
    "profiles": ProfileRecord,
    "interactions": InteractionRecord,
    "facts": FactRecord,
}

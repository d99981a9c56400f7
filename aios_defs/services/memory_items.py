"""Owns turns and facts as items of memory: what is kept of one, and what is embedded."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import ConfigurationInvalid, InboundUnreadable, KeyErased
from aios_defs.core.labels import Level, known_level
from aios_defs.core.memory_index import HOUSE, MemoryItem
from aios_defs.core.ports import View
from aios_defs.core.recall.analysis import analyse, embedded_text
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.labels import LabelRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.fact_words import fact_text
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import read_message

TURN, FACT = "turn", "fact"
CLOSED = ":closed"
"""Ends the id of a fact with the end that a change gave it; its place in its thread is 0 as well,
for the two are never known at once."""
RECORDED = "interaction.recorded.v1"
FACTS = ("fact.asserted.v1", "fact.superseded.v1", "fact.retracted.v1")
_LETTERS = 20_000
"""How much of a long text is kept; the whole is in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unembedded:
    """An item without its vector, and the text that its vector is to be made of."""

    item: MemoryItem
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one turn says: by whom, under which heading."""

    speaker: str
    subject: str
    text: str = field(repr=False)


def turn_item(
    kernel: Kernel, view: View, row: InteractionRow, event: Envelope
) -> Unembedded | None:
    """Return the turn that an event made known; None for what nobody can read."""
    said = said_in(kernel, view, row)
    if said is None:
        return None
    place = view.count(InteractionRow, thread_id=row.thread_id, position__lt=row.position)
    text = said.text if place or not said.subject else f"{said.subject}\n{said.text}"
    found = analyse(text, row.at, kernel.business.operator.language)
    item = MemoryItem(
        id=f"{TURN}:{row.id}",
        kind="turn",
        subject=row.profile_id,
        thread=row.thread_id,
        place=place,
        position=row.position,
        at=row.at,
        speaker=said.speaker,
        direction=row.direction,
        label=row.label,
        source_event=row.event_id,
        day=day_of(event.time),
        text=text,
        terms=found.terms,
        mentions=found.mentions,
    )
    return Unembedded(item=item, text=embedded_text(text, said.speaker))


def said_in(kernel: Kernel, view: View, row: InteractionRow) -> Said | None:
    """Return what a turn says; None where it was erased, or nobody can read it."""
    message = view.get(MessageRow, row.message_id) if row.message_id else None
    action = view.get(ActionRow, row.action_id) if row.action_id else None
    if message is None and action is None:
        return None  # an appointment: what it says is a fact
    try:
        if message is not None:
            parsed = read_message(kernel, view, message)
            subject, text, name = parsed.subject, parsed.text, parsed.sender_name
        else:
            arguments = kernel.open_json(action.arguments) if action is not None else {}
            subject, name = str(arguments.get("subject", "")), ""
            text = str(arguments.get("body", ""))
        speaker = _speaker(kernel, view, row, name)
    except (KeyErased, ConfigurationInvalid, InboundUnreadable):
        return None
    return Said(speaker=speaker, subject=subject, text=text[:_LETTERS])


def _speaker(kernel: Kernel, view: View, row: InteractionRow, name: str) -> str:
    if row.direction == "out":
        return kernel.business.operator.name
    profile = view.get(ProfileRow, row.profile_id)
    return name or (kernel.vault.open(profile.name) if profile else "")


def fact_items(kernel: Kernel, view: View, event: Envelope) -> list[Unembedded]:
    """Return the fact that an event is about, as it was said over time."""
    record = event.data.get("fact")
    named = record if isinstance(record, dict) else event.data
    row = view.get(FactRow, str(named.get("fact_id")))
    return fact_versions(kernel, view, row) if row is not None else []


def fact_versions(kernel: Kernel, view: View, row: FactRow) -> list[Unembedded]:
    """Return a fact as it was said over time: with the end it had first, and the one it got."""
    asserted = row.asserted_position
    said = _known(kernel, row)
    if asserted is None or row.recorded_at is None or said is None:
        return []
    ended = [one for one in (row.closed_position, row.gone_position) if one is not None]
    first = _version(
        kernel, row, said, position=asserted, retired=min(ended, default=None), until=row.valid_to
    )
    closed = row.closed_position
    if closed is None or closed == row.gone_position:
        return [first]
    event = next(iter(view.events(after=closed - 1, limit=1)))
    second = _version(kernel, row, said, position=closed, retired=row.gone_position, until=row.ends)
    item = replace(second.item, id=f"{second.item.id}{CLOSED}", day=day_of(event.time))
    return [first, replace(second, item=item)]


def _known(kernel: Kernel, row: FactRow) -> str | None:
    """Return a fact in one line, None where it was erased."""
    try:
        kernel.vault.open(row.value)
    except KeyErased:
        return None
    return fact_text(kernel, row)


def _version(
    kernel: Kernel,
    row: FactRow,
    text: str,
    *,
    position: int,
    retired: int | None,
    until: datetime | None,
) -> Unembedded:
    at = row.recorded_at
    assert at is not None  # noqa: S101 - of an asserted fact
    found = analyse(text, at, kernel.business.operator.language)
    item = MemoryItem(
        id=f"{FACT}:{row.id}",
        kind="fact",
        subject=row.subject_id or HOUSE,
        thread=row.id,
        place=0,
        position=position,
        retired_position=retired,
        at=at,
        label=row.label,
        valid_from=row.valid_from,
        valid_to=until,
        source_event=row.source_event or row.event_id,
        day=day_of(at),
        text=text,
        terms=found.terms,
        mentions=found.mentions,
    )
    return Unembedded(item=item, text=embedded_text(text))


def closed_again(view: View) -> dict[str, Level]:
    """Return the items whose level was lowered and is not any more, by id, with what it is now."""
    found: dict[str, Level] = {}
    for row in view.select(LabelRow, is_lowered=False):
        turns = view.select(InteractionRow, message_id=row.id) if row.kind == "message" else []
        ids = [f"{TURN}:{one.id}" for one in turns] or [f"{FACT}:{row.id}"]
        found |= dict.fromkeys(ids, known_level(row.level))
    return found


def fact_of(item_id: str) -> str | None:
    """Return the fact that an item is a version of, None for an item of another kind."""
    kind, _, fact_id = item_id.partition(":")
    return fact_id.removesuffix(CLOSED) if kind == FACT else None


def day_of(when: datetime) -> str:
    """Return the day of an instant, UTC: the partition of what became known then."""
    return when.date().isoformat()

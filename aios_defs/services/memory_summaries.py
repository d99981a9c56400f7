"""Owns summaries as items of memory: what was said with one person, in one thread, on one day.

They are made when the day is told to be archived, of what the ledger holds of it: the same ledger
gives the same ones. A summary has the label of all its parts joined, is about one person only, so
that it is erased with them, and is found only by who asks for summaries: it never stands for what
it sums up, and nothing is learnt from it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from aios_defs.core.envelope import Envelope
from aios_defs.core.labels import Label, known_level
from aios_defs.core.memory_index import MemoryItem
from aios_defs.core.ports import View
from aios_defs.core.recall.analysis import analyse
from aios_defs.core.recall.summary import EXTRACTIVE, Spoken, summarised
from aios_defs.core.rows.labels import LabelRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_items import Unembedded, day_of, said_in

SUMMARY = "summary"
ARCHIVED = "memory.archived.v1"


def summaries_of(kernel: Kernel, view: View, archived: Envelope) -> list[Unembedded]:
    """Return the summaries of a day that is told to be archived, by the order of their threads."""
    first, last = (int(str(archived.data[name])) for name in ("from_position", "to_position"))
    rows = view.select(InteractionRow, position__gt=first - 1, position__lte=last, order="position")
    talks: dict[tuple[str, str], list[InteractionRow]] = {}
    for row in rows:
        talks.setdefault((row.thread_id, row.profile_id), []).append(row)
    made = (_summary(kernel, view, some, archived) for some in talks.values())
    return [one for one in made if one is not None]


def _summary(
    kernel: Kernel, view: View, rows: Sequence[InteractionRow], archived: Envelope
) -> Unembedded | None:
    read = [(row, said) for row in rows if (said := said_in(kernel, view, row)) is not None]
    language = kernel.business.operator.language
    spoken = [Spoken(speaker=said.speaker, at=row.at, text=said.text) for row, said in read]
    text = summarised(spoken, language)
    if text is None:
        return None
    parts = [row for row, _ in read]
    found = analyse(text, parts[-1].at, language)
    own = _id(parts[-1], str(archived.data["partition"]))
    item = MemoryItem(
        id=own,
        kind="summary",
        subject=parts[-1].profile_id,
        thread=own,
        place=0,
        position=archived.position,
        at=parts[-1].at,
        label=reduce(Label.join, (_given(view, row) for row in parts)),
        source_event=archived.id,
        day=day_of(archived.time),
        text=text,
        terms=found.terms,
        mentions=found.mentions,
    )
    return Unembedded(item=item, text=text)


def _given(view: View, row: InteractionRow) -> Label:
    """Return the label that a turn came with: it is lowered for itself, not for its summary."""
    lowered = view.get(LabelRow, row.message_id) if row.message_id else None
    level = known_level(lowered.former) if lowered else row.label.level
    return row.label.model_copy(update={"level": level})


def _id(row: InteractionRow, day: str) -> str:
    return f"{SUMMARY}:{EXTRACTIVE}:{day}:{row.thread_id}:{row.profile_id}"


def made_by(item_id: str) -> str | None:
    """Return what made a summary: `extractive`, or a model's name; None for another item."""
    kind, _, rest = item_id.partition(":")
    return rest.partition(":")[0] if kind == SUMMARY else None


def originals(view: View, item_id: str) -> list[InteractionRow]:
    """Return the turns that a summary sums up, in the order they became known; none for others."""
    if made_by(item_id) is None:
        return []
    _, _, day, thread, profile = item_id.split(":")
    told = next((one for one in view.events(stream=f"memory-{day}", limit=1)), None)
    if told is None:
        return []
    return view.select(
        InteractionRow,
        thread_id=thread,
        profile_id=profile,
        position__gt=int(str(told.data["from_position"])) - 1,
        position__lte=int(str(told.data["to_position"])),
        order="position",
    )


def summary_ids(view: View, rows: Iterable[InteractionRow]) -> Iterator[str]:
    """Yield the ids of the summaries that may quote these turns."""
    told = [event.data for event in view.events(types=(ARCHIVED,))]
    days = sorted((int(str(one["to_position"])), str(one["partition"])) for one in told)
    ends = [end for end, _ in days]
    for row in rows:
        place = bisect_left(ends, row.position)
        if place < len(days):
            yield _id(row, days[place][1])

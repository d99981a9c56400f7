"""Owns the stream of what is remembered: each event that makes or changes items, with them.

The same ledger gives the same items. What was erased is no item any more.
"""

from collections.abc import Iterator

from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_items import (
    FACTS,
    RECORDED,
    Unembedded,
    fact_items,
    fact_versions,
    turn_item,
)
from aios_defs.services.memory_summaries import ARCHIVED, summaries_of

_LABELS = ("label.lowered.v1", "label.restored.v1")
TYPES = (RECORDED, *FACTS, *_LABELS, ARCHIVED)
"""The events that make or change items."""


def items_since(
    kernel: Kernel, view: View, *, after: int, upto: int
) -> Iterator[tuple[int, list[Unembedded]]]:
    """Yield for each event in the interval that makes or changes items its position and them.

    An item that was changed comes as it stands now.
    """
    for event in view.events(after=after, upto=upto, types=TYPES):
        if event.type == RECORDED:
            row = view.get(InteractionRow, str(event.data["interaction_id"]))
            turn = turn_item(kernel, view, row, event) if row is not None else None
            yield event.position, [turn] if turn is not None else []
        elif event.type == ARCHIVED:
            yield event.position, summaries_of(kernel, view, event)
        elif event.type in _LABELS:
            yield event.position, _relabelled(kernel, view, str(event.data["id"]))
        else:
            yield event.position, fact_items(kernel, view, event)


def moved_since(kernel: Kernel, view: View, *, after: int, upto: int) -> set[str]:
    """Return the ids of the items whose level changed in the interval: they change their table."""
    events = view.events(after=after, upto=upto, types=_LABELS)
    named = {str(event.data["id"]) for event in events}
    return {one.item.id for target in named for one in _relabelled(kernel, view, target)}


def _relabelled(kernel: Kernel, view: View, target: str) -> list[Unembedded]:
    """Return the items of a fact, or of a message, as they stand now.

    A summary is no exact content that was lowered: it keeps the level that its parts came with.
    """
    fact = view.get(FactRow, target)
    if fact is not None:
        return fact_versions(kernel, view, fact)
    found: list[Unembedded] = []
    for row in view.select(InteractionRow, message_id=target):
        event = view.event(row.event_id)
        turn = turn_item(kernel, view, row, event) if event is not None else None
        found += [turn] if turn is not None else []
    return found

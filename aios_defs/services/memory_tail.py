"""Owns what is newer than the index: read from the ledger, so that an answer never waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aios_defs.core.memory_index import MemoryItem, Standing
from aios_defs.core.ports import View
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory import Memory
from aios_defs.services.memory_changes import TYPES, items_since
from aios_defs.services.memory_items import Unembedded

MOST = 500
"""How many events beyond the index are read for one question; the newest come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The items that are newer than the index or changed since, in place of the index's.

    `left_out` counts the events of which nothing was read, because there are too many.
    """

    items: Sequence[MemoryItem]
    left_out: int = 0


def tail_of(kernel: Kernel, view: View, memory: Memory, standing: Standing) -> Tail:
    """Return what the ledger knows beyond the index, as it stands now."""
    head = view.head().position
    if head == standing.position:
        return Tail(items=())
    places = [one.position for one in view.events(after=standing.position, types=TYPES)]
    left_out = max(0, len(places) - MOST)
    after = places[left_out - 1] if left_out else standing.position
    changes = items_since(kernel, view, after=after, upto=head)
    newest = {one.item.id: one for _, some in changes for one in some}
    items = _embedded(memory, list(newest.values()))
    return Tail(items=items, left_out=left_out)


def _embedded(memory: Memory, items: Sequence[Unembedded]) -> list[MemoryItem]:
    """Return the items with their vectors, made once for each in this process."""
    fresh = dict(memory.fresh)  # another thread may ask at the same time
    made = {one.item.id: fresh[one.item.id] for one in items if _is_made(fresh, one)}
    missing = [one for one in items if one.item.id not in made]
    made.update((one.id, one) for one in memory.embedded(missing))
    memory.fresh.clear()
    memory.fresh.update(made)
    return [made[one.item.id] for one in items]


def _is_made(fresh: Mapping[str, MemoryItem], one: Unembedded) -> bool:
    known = fresh.get(one.item.id)
    return (
        known is not None
        and known.retired_position == one.item.retired_position
        and known.label == one.item.label
    )

"""Owns filling cold memory from the ledger: batch by batch, in order, day by day.

Each batch is served as soon as it is in, so whoever is killed goes on where it stood. A day is told
in the ledger, once, when it is over and all of it is in; that makes its summaries. Filling is
idempotent; an index that was dropped, or of another embedder, is filled from the beginning.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import LedgerConflict
from aios_defs.core.events.memory import MemoryArchived
from aios_defs.core.memory_index import MemoryItem
from aios_defs.core.ports import View
from aios_defs.services.erasure.reading import erased_since, read_clean
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory import Memory
from aios_defs.services.memory_changes import items_since, moved_since
from aios_defs.services.memory_items import Unembedded
from aios_defs.services.when import position_at

BATCH = 256
"""How many events are embedded and put in together."""
Sound = Callable[[Sequence[MemoryItem], int], bool]
"""Says whether items up to a position of the ledger may be put in."""
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What became of one day: its interval of the ledger, and how many items were put in for it.

    `is_done` says that the day is over, all of it is in, and it is told. An empty day has
    `to_position` before `from_position` and is not told.
    """

    day: str
    from_position: int
    to_position: int
    items: int
    is_done: bool


def archive_day(
    kernel: Kernel, memory: Memory, day: date, *, is_sound: Sound | None = None
) -> Archived:
    """Fill the index with everything up to the end of a day, or up to now.

    What came before and is missing is filled first, and counted with the day. At items that
    `is_sound` does not let in filling stops, and the day stays undone.

    Raises:
        IndexBroken: the index holds vectors of another embedder.
        OutsideFailed: an embedder elsewhere did not answer; what was put in stays.
        StorageFailed: the disk is full or failing; what was put in stays.

    """
    start = datetime.combine(day, time(), UTC)
    with kernel.ledger.view() as view:
        before = position_at(view, start - _MOMENT)
        upto = position_at(view, start + timedelta(days=1) - _MOMENT)
    items = fill(kernel, memory, upto=upto, is_sound=is_sound)
    is_whole = memory.index.standing().position >= upto
    is_over = is_whole and kernel.clock.now() >= start + timedelta(days=1)
    archived = Archived(
        day=day.isoformat(),
        from_position=before + 1,
        to_position=upto,
        items=items,
        is_done=is_over,
    )
    if is_over and before < upto:
        _tell(kernel, memory, archived)
        items += fill(kernel, memory, upto=_told_at(kernel, archived), is_sound=is_sound)
    return replace(archived, items=items)


def due_days(kernel: Kernel, memory: Memory) -> tuple[date, date] | None:
    """Return the first and last day that is not whole in the index or not told; None for none."""
    today = kernel.clock.now().date()
    with kernel.ledger.view() as view:
        head = view.head().position
        told = [event.data for event in view.events(types=("memory.archived.v1",))]
        reached = max((int(str(one["to_position"])) for one in told), default=0)
        filled = memory.index.standing().position
        yesterday = position_at(view, datetime.combine(today, time(), UTC) - _MOMENT)
        begin = next(iter(view.events(after=min(reached, filled), limit=1)), None)
    if begin is None or (filled >= head and reached >= yesterday):
        return None
    return begin.time.date(), today if filled < head else today - timedelta(days=1)


def fill(kernel: Kernel, memory: Memory, *, upto: int, is_sound: Sound | None = None) -> int:
    """Put everything up to a position of the ledger into the index; returns how many items.

    Stops before items that are not sound: what is in serves as it was.

    Raises:
        TransitionRefused: somebody is being forgotten; the next filling goes on.

    """
    count = 0
    while (start := memory.index.standing().position) < upto:
        clean = read_clean(kernel, lambda start=start: _read(kernel, start, upto))
        batch, moved, end, hash_ = clean.value
        embedded = memory.embedded(batch)
        if is_sound is not None and not is_sound(embedded, end):
            break
        if moved:
            memory.index.forget(ids=moved)
        wanted = partial(_is_clean, kernel, clean.position)
        if memory.index.put(embedded, is_wanted=wanted):  # else somebody was forgotten: read anew
            memory.index.finish(end, hash_)
            count += len(batch)
    return count


def _read(
    kernel: Kernel, start: int, upto: int
) -> tuple[list[Unembedded], frozenset[str], int, str]:
    """Return the next items, which of them moved to another level, where they end, its hash."""
    with kernel.ledger.view() as view:
        batch, end = _batch(items_since(kernel, view, after=start, upto=upto), upto)
        moved = frozenset(moved_since(kernel, view, after=start, upto=end))
        return batch, moved, end, _hash(view, end)


def _is_clean(kernel: Kernel, position: int) -> bool:
    return not erased_since(kernel, position)


def _batch(
    changes: Iterator[tuple[int, list[Unembedded]]], upto: int
) -> tuple[list[Unembedded], int]:
    """Return the items of the next events, each once, and the position all is in up to then."""
    some = list(islice(changes, BATCH))
    newest = {one.item.id: one for _, items in some for one in items}
    return list(newest.values()), some[-1][0] if len(some) == BATCH else upto


def _hash(view: View, position: int) -> str:
    return next(iter(view.events(after=position - 1, limit=1))).hash


def _tell(kernel: Kernel, memory: Memory, archived: Archived) -> None:
    stream = _stream(archived)
    with kernel.ledger.view() as view:
        if any(view.events(stream=stream, limit=1)):
            return
    event = MemoryArchived(
        partition=archived.day,
        from_position=archived.from_position,
        to_position=archived.to_position,
        artifact=memory.index.standing().embedder,
    )
    try:
        with kernel.ledger.transaction(actor="archive") as tx:
            tx.append(Draft(stream=stream, data=event, correlation_id=stream), expect=0)
    except LedgerConflict:
        return  # another process told it in the same moment


def _stream(archived: Archived) -> str:
    return f"memory-{archived.day}"


def _told_at(kernel: Kernel, archived: Archived) -> int:
    """Return the position at which a day was told: its summaries are known from there on."""
    with kernel.ledger.view() as view:
        return next(iter(view.events(stream=_stream(archived), limit=1))).position

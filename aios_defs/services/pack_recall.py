"""Owns what a context pack recalls: earlier turns of the same subject that are not at hand.

Memory is asked only where the ledger says that a day of it is archived and the subject said more
by then than the window holds; so a home without cold memory, or a new customer, costs one look.
What is recalled is marked, and teaches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.core.decision import PackItem
from aios_defs.core.errors import ConfigurationInvalid, IndexBroken, OutsideFailed, StorageFailed
from aios_defs.core.labels import Destination, Level, stricter_level
from aios_defs.core.model import rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.house import ArchiveRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.size import cut_to
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import Turn

MOST = 5
"""How many recalled turns a pack holds at most."""
_LONGEST = 400
"""Tokens of one of them."""
_QUERY = 250
"""Tokens of what memory is asked: the beginning of what waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is recalled for: whose turns, what waits for an answer, what is at hand already."""

    subjects: tuple[str, ...]
    waiting: Sequence[Turn]
    at_hand: Sequence[Turn]
    destination: Destination | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memories:
    """The recalled items, the best first; not `is_available` where memory could not be asked."""

    items: tuple[PackItem, ...] = ()
    is_available: bool = True


def recalled_items(kernel: Kernel, view: View, wanted: Wanted) -> Memories:
    """Return what memory holds on what waits, said by or to the same subject."""
    archived = view.get(ArchiveRow, ArchiveRow.ONLY)
    if kernel.memory is None or archived is None or not _has_more(view, archived, wanted):
        return Memories()
    from aios_defs.services.recall import Question, recall  # numpy, where memory is asked

    levels = [one for one in Level if not wanted.destination or wanted.destination.admits(one)]
    question = Question(
        text=cut_to("\n".join(one.text for one in wanted.waiting), _QUERY),
        levels=tuple(levels),
        subjects=wanted.subjects,
        kinds=("turn",),
        level=stricter_level(*(one.label.level for one in wanted.waiting)),
        limit=MOST + len(wanted.at_hand),
    )
    try:
        memory = kernel.memory()
        if memory.index.standing().position < archived.position:
            return Memories(is_available=False)  # it is being filled anew
        found = recall(kernel, memory, question)
    except (ConfigurationInvalid, IndexBroken, OutsideFailed, StorageFailed):
        return Memories(is_available=False)
    at_hand = {f"turn:{one.interaction_id}" for one in wanted.at_hand}
    hits = [one for one in found.hits if one.id not in at_hand] if found.is_answered else []
    return Memories(
        items=tuple(
            PackItem(
                name=f"memory:{one.id}",
                kind="memory",
                source=one.source_event,
                subject=one.subject,
                label=one.label,
                text=cut_to(one.text, _LONGEST),
                data={"speaker": one.speaker, "direction": one.direction, "at": rfc3339(one.at)},
                recalled=True,
            )
            for one in hits[:MOST]
        )
    )


def _has_more(view: View, archived: ArchiveRow, wanted: Wanted) -> bool:
    """Return whether the subject said more by then than is at hand."""
    known = view.count(InteractionRow, profile_id=wanted.subjects, position__lte=archived.position)
    return bool(known) and known > _at_hand(view, archived, wanted)


def _at_hand(view: View, archived: ArchiveRow, wanted: Wanted) -> int:
    rows = (view.get(InteractionRow, one.interaction_id) for one in wanted.at_hand)
    return sum(1 for row in rows if row is not None and row.position <= archived.position)

"""Owns finishing erasures: which are not finished, and the destruction of their keys.

How far all is finished is a cursor; whoever was killed begins again behind it, and each step can be
done twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aios_defs.core.events.memory import SubjectErased
from aios_defs.core.model import rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.sealed import SubjectRef
from aios_defs.services.kernel import Kernel

_CURSOR = "erasures"
_TYPE = "subject.erased.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure as the ledger has it; `at` and `of` are RFC 3339.

    `of` is until when what is theirs was forgotten: earlier than `at` where it was done again in a
    restored home, of the erasure `again`.
    """

    event_id: str
    position: int
    at: str
    of: str
    again: str | None
    profiles: tuple[str, ...]
    lookups: tuple[str, ...]
    refs: tuple[SubjectRef, ...]


def erasures(view: View, *, after: int = 0) -> Iterator[Erasure]:
    """Yield the erasures after a position of the ledger, in order."""
    for event in view.events(after=after, types=(_TYPE,)):
        data = SubjectErased.model_validate(event.data)
        yield Erasure(
            event_id=event.id,
            position=event.position,
            at=rfc3339(event.time),
            of=rfc3339(data.again.at if data.again else event.time),
            again=data.again.event_id if data.again else None,
            profiles=data.profile_ids or (data.profile_id,),
            lookups=data.lookups,
            refs=data.subject_refs,
        )


def unfinished(kernel: Kernel) -> list[Erasure]:
    """Return the erasures whose keys or copies may still be there."""
    with kernel.ledger.view() as view:
        return list(erasures(view, after=_finished_to(view)))


def destroy_keys(kernel: Kernel, erasure: Erasure) -> None:
    """Destroy every key of an erasure for good; idempotent."""
    for ref in erasure.refs:
        kernel.vault.destroy(ref, erasure.event_id)
        kernel.points.reached("erasure.key_destroyed")


def note_finished(kernel: Kernel, position: int) -> None:
    """Keep that everything up to this erasure is finished."""
    with kernel.ledger.transaction(actor="facade") as tx:
        if _finished_to(tx) < position:
            tx.put(CursorRow(name=_CURSOR, value=str(position)))


def is_finished(view: View, position: int) -> bool:
    """Return whether the erasure at this position is finished."""
    return _finished_to(view) >= position


def _finished_to(view: View) -> int:
    row = view.get(CursorRow, _CURSOR)
    return int(row.value) if row is not None else 0

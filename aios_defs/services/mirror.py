"""Owns how far the mirror has come: its cursor, whether it lags, and where a repair begins.

The cursor names the storage it was made in. When Dagster has another one, the old was lost, and the
mirror begins anew from the ledger, as far back as Dagster keeps runs.
"""

from dataclasses import dataclass
from datetime import timedelta

from aios_defs.core.ports import View
from aios_defs.core.rows.house import CursorRow
from aios_defs.services.kernel import Kernel

CURSOR = "mirror:dagster"
REACH = timedelta(days=90)
"""How far back a lost mirror is made anew; older events are in the ledger alone."""
PATIENCE = timedelta(seconds=60)
"""How long what happened may wait for the gateway's mirror before another makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorCursor:
    """How far the mirror has come, and the id of the storage it wrote to; empty for none yet."""

    position: int = 0
    storage: str = ""


def read_cursor(kernel: Kernel) -> MirrorCursor:
    """Return how far the mirror has come."""
    with kernel.ledger.view() as view:
        return _cursor(view)


def keep_cursor(kernel: Kernel, cursor: MirrorCursor) -> None:
    """Remember how far the mirror has come; an operational row, no event."""
    with kernel.ledger.transaction(actor="sweep") as tx:
        tx.put(CursorRow(name=CURSOR, value=f"{cursor.position} {cursor.storage}".strip()))


def start_in(kernel: Kernel, storage: str) -> MirrorCursor:
    """Return where to go on in a storage: at the cursor, or in a new one as far back as REACH."""
    with kernel.ledger.view() as view:
        cursor = _cursor(view)
        if cursor.storage == storage:
            return cursor
        return MirrorCursor(position=_before(view, kernel), storage=storage)


def is_behind(kernel: Kernel, storage: str) -> bool:
    """Return whether there is anything that the mirror in that storage does not show yet."""
    with kernel.ledger.view() as view:
        cursor = _cursor(view)
        return cursor.storage != storage or cursor.position < view.head().position


def is_lagging(kernel: Kernel) -> bool:
    """Return whether something that happened a while ago is not mirrored yet."""
    limit = kernel.clock.now() - PATIENCE
    with kernel.ledger.view() as view:
        waiting = next(view.events(after=_cursor(view).position, limit=1), None)
    return waiting is not None and waiting.time < limit


def _cursor(view: View) -> MirrorCursor:
    row = view.get(CursorRow, CURSOR)
    position, _, storage = row.value.partition(" ") if row else ("0", "", "")
    return MirrorCursor(position=int(position), storage=storage)


def _before(view: View, kernel: Kernel) -> int:
    """Return the position before the oldest event within reach, found by halving."""
    limit = kernel.clock.now() - REACH
    low, high = 0, view.head().position
    while low < high:
        middle = (low + high) // 2
        (event,) = view.events(after=middle, limit=1)
        if event.time < limit:
            low = middle + 1
        else:
            high = middle
    return low

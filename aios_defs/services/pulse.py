"""Owns signs of life: who should go on says so now and then, and its silence is noticed."""

from datetime import timedelta

from aios_defs.core.rows.telling import PulseRow
from aios_defs.services.kernel import Kernel

GATEWAY, DAEMON = "gateway", "daemon"
EVERY = timedelta(seconds=60)
"""How often a sign is given at most."""
LONGEST = timedelta(minutes=5)
"""How long the next sign may take; a longer gap begins a new row of signs."""


def beat(kernel: Kernel, name: str) -> PulseRow:
    """Give a sign of life, an operational row; returns it as it stands now.

    A clock that went back begins a new row of signs.
    """
    with kernel.ledger.view() as view:
        row = view.get(PulseRow, name)
    now = kernel.clock.now()
    if row is not None and timedelta(0) <= now - row.at < EVERY:
        return row
    goes_on = row is not None and timedelta(0) <= now - row.at <= LONGEST
    fresh = PulseRow(name=name, since=row.since if row and goes_on else now, at=now)
    with kernel.ledger.transaction(actor="sweep") as tx:
        tx.put(fresh)
    return fresh


def is_settled(kernel: Kernel, mine: PulseRow) -> bool:
    """Return whether the signs have come for so long that the silence of others has a meaning.

    After a start, or after the machine slept, everything is behind for a while.
    """
    return kernel.clock.now() - mine.since >= LONGEST

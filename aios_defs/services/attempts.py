"""Owns counting the secrets that were refused, so that refusals cost little and are recorded.

Secrets are 256 random bits, so no limit is needed against guessing: it bounds what a stranger can
make the ledger hold, two events and ten rows written a window. A valid secret gets in even while
the door is shut, or a stranger could lock the operator out.
"""

from datetime import timedelta
from typing import Literal

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import LoginRefused
from aios_defs.core.events.access import LoginRefusals
from aios_defs.core.rows.access import RefusalRow
from aios_defs.services.kernel import Kernel

WINDOW = timedelta(minutes=10)
LIMIT = 10
"""How many refusals in a window are answered in full; later ones are told to wait."""

Door = Literal["login", "ticket", "token"]

_WORDS = {
    "login": ("This login link is unknown, was used, or is too old.", "Get a new one: aios login"),
    "ticket": (
        "This way into Dagster's pages was used or is too old.",
        "Open them again from the console.",
    ),
    "token": (
        "This bearer token is unknown, revoked or expired.",
        "Grant a new one: aios login --token NAME --for 30d",
    ),
}


def refusal(kernel: Kernel, door: Door) -> LoginRefused:
    """Count a refused secret and return the error to raise; beyond the limit nothing is written."""
    wait = _wait(kernel, door)
    if not wait:
        _count(kernel, door)
    message, remedy = _WORDS[door]
    if wait:
        remedy = f"Wait {wait} s before you try another; a valid one gets in now. {remedy}"
    return LoginRefused(message, remedy=remedy, door=door, retry_after_s=wait or None)


def _wait(kernel: Kernel, door: Door) -> int:
    """Return for how many seconds the door stays shut; 0 when it is open."""
    with kernel.ledger.view() as view:
        row = view.get(RefusalRow, door)
    if row is None or row.count < LIMIT:
        return 0
    left = row.began_at + WINDOW - kernel.clock.now()
    return max(0, -int(-left.total_seconds() // 1)) if left <= WINDOW else 0


def _count(kernel: Kernel, door: Door) -> None:
    with kernel.ledger.transaction(actor="gateway") as tx:
        row = tx.get(RefusalRow, door)
        is_new = row is None or not row.began_at <= tx.now < row.began_at + WINDOW
        began_at, before = (tx.now, 0) if row is None or is_new else (row.began_at, row.count)
        count = before + 1
        if count > LIMIT:
            return
        tx.put(RefusalRow(door=door, began_at=began_at, count=count))
        if count in (1, LIMIT):
            data = LoginRefusals(door=door, count=count, is_limited=count == LIMIT)
            tx.append(Draft(stream=f"door-{door}", data=data, correlation_id=f"door-{door}"))

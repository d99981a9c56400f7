"""Owns how long connectors keep what became of a key: as long as anything may ask about it.

An action that is over is asked about no more, nor is a message to the operator after its day. What
the ledger does not know is kept: a ledger put back by hand from an older copy may ask about it.
"""

from datetime import datetime, timedelta

from aios_defs.core.actions import OVER
from aios_defs.core.errors import AiosError
from aios_defs.core.forgetting import Forgetful
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.telling import DeliveryRow
from aios_defs.services.edges import outside
from aios_defs.services.kernel import Kernel

LIFE = timedelta(days=30)
"""How long the record of a key is kept at least, since it was last written."""
_EVERY = timedelta(days=1)
_CURSOR = "old_keys"


def forget_old_keys(kernel: Kernel) -> int:
    """Let the connectors forget keys that are over, once a day; returns how many. No event."""
    if not _is_due(kernel):
        return 0
    before = kernel.clock.now() - LIFE
    forgetful = [one for one in kernel.connectors.values() if isinstance(one, Forgetful)]
    return sum(_forget(kernel, one, before) for one in forgetful)


def _is_due(kernel: Kernel) -> bool:
    now = kernel.clock.now()
    with kernel.ledger.view() as view:
        row = view.get(CursorRow, _CURSOR)
    if row is not None and abs(now - datetime.fromisoformat(row.value)) < _EVERY:
        return False
    with kernel.ledger.transaction(actor="sweep") as tx:
        tx.put(CursorRow(name=_CURSOR, value=now.isoformat()))
    return row is not None  # a home that begins has nothing old


def _forget(kernel: Kernel, connector: Forgetful, before: datetime) -> int:
    """Forget what is over; where the connector breaks, the rest is for another day."""
    count = 0
    try:
        for key in outside(lambda: list(connector.old_keys(before))):
            with kernel.ledger.view() as view:
                is_over = _is_over(view, key)
            if is_over:
                outside(lambda key=key: connector.forget(key))
                count += 1
    except AiosError:
        return count
    return count


def _is_over(view: View, key: str) -> bool:
    actions = view.select(ActionRow, key=key)
    if actions:
        return all(one.state in OVER for one in actions)
    return bool(view.count(DeliveryRow, key=key))

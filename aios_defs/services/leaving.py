"""Owns what is on its way out and can still be taken back: every open undo window."""

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.card_acts import UNDO, offered
from aios_defs.services.cards import readable, recipients
from aios_defs.services.kernel import Kernel

_SHOWN = 5


def leaving(kernel: Kernel) -> JsonObject:
    """Return the open undo windows, the soonest end first.

    Shape: `count`, and `actions` (at most five), each `{"id", "summary", "recipients", "due_at",
    "acts"}`.
    """
    with kernel.ledger.view() as view:
        scheduled = ActionState.SCHEDULED
        rows = view.select(ActionRow, state=scheduled, order="due_at", limit=_SHOWN)
        count = view.count(ActionRow, state=scheduled) if len(rows) == _SHOWN else len(rows)
    return {"count": count, "actions": [_window(kernel, row) for row in rows]}


def _window(kernel: Kernel, row: ActionRow) -> JsonObject:
    return {
        "id": row.id,
        "summary": readable(kernel, row.summary),
        "recipients": list[JsonValue](recipients(kernel, row)),
        "due_at": rfc3339(row.due_at) if row.due_at else None,
        "acts": offered((UNDO,), row.id),
    }

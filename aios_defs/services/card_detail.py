"""Owns one card in full: what it is, what it is about, and what can be done with it.

The same for every id that the inbox knows, also when it waits no more: then it says what became of
it.
"""

from collections.abc import Callable
from typing import Any

from aios_defs.core.actions import READY, ActionState
from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import LaterRow, NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import DuplicateRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.services.card_acts import acts_on, offered
from aios_defs.services.cards import readable
from aios_defs.services.divergence import diverged
from aios_defs.services.fact_card import fact
from aios_defs.services.failures import FAILURES, live_failures
from aios_defs.services.identity.duplicate_card import duplicate
from aios_defs.services.inbox import DECISIONS
from aios_defs.services.kernel import Kernel
from aios_defs.services.other_cards import message, notice, question, task
from aios_defs.services.overdue import overdue
from aios_defs.services.preview import preview
from aios_defs.services.rejudge import lets_go
from aios_defs.services.settled import what_happened
from aios_defs.services.strange import strange_of, strange_view

_KINDS: tuple[tuple[type[Row], Callable[[Kernel, View, Any], JsonObject]], ...] = (
    (QuestionRow, question),
    (MessageRow, message),
    (FactRow, fact),
    (DuplicateRow, duplicate),
    (NoticeRow, notice),
    (TaskRow, task),
)
_UNSURE = (ActionState.UNCERTAIN, ActionState.PARKED)


def card_detail(kernel: Kernel, card_id: str) -> JsonObject:
    """Return a card in full.

    Shape: `id`, `kind` (decision, failure, question, quarantine, fact, duplicate,
    notice), `is_waiting`,
    `state`, `title`, `later_until` (None unless set aside), `acts` (by name, see
    services.card_acts), and what the kind has: an action its `preview`, `happened`, `let_go_by`
    (the rule by which it would go by itself today), `strange` (services.strange) and (a failure)
    `diverged`, the others as
    services.other_cards says.

    Raises:
        UnknownId: there is nothing of that id.

    """
    with kernel.ledger.view() as view:
        action = view.get(ActionRow, card_id)
        if action is None:
            return _other(kernel, view, card_id)
        about = _action(kernel, view, action)
        strange = strange_view(strange_of(kernel, view, action), card_id)
    return {**about, "strange": strange, "preview": preview(kernel, card_id)}


def _other(kernel: Kernel, view: View, card_id: str) -> JsonObject:
    for kind, describe in _KINDS:
        row = view.get(kind, card_id)
        if row is not None:
            later = _later(kernel, view, card_id)
            return {**describe(kernel, view, row), "later_until": later}
    raise UnknownId(
        "There is no card of that id.",
        remedy="It may stand in another home. See what waits in the inbox, or: aios inbox",
        id=card_id,
    )


def _action(kernel: Kernel, view: View, row: ActionRow) -> JsonObject:
    is_overdue = row.state in READY and any(one.id == row.id for one in overdue(kernel, view))
    is_failure = row.state in FAILURES or is_overdue
    let_go_by = lets_go(kernel, view, row)
    acts = acts_on(row, is_overdue=is_overdue, is_let_go=let_go_by is not None)
    return {
        "id": row.id,
        "kind": "failure" if is_failure else "decision",
        "state": str(row.state),
        "is_waiting": row.state in DECISIONS or (is_failure and _needs_somebody(view, row)),
        "is_overdue": is_overdue,
        "title": readable(kernel, row.summary),
        "acts": offered(acts, row.id, row.content_hash),
        "let_go_by": let_go_by,
        "happened": what_happened(kernel, view, row),
        "diverged": diverged(view, row) if is_failure else None,
        "later_until": _later(kernel, view, row.id),
    }


def _later(kernel: Kernel, view: View, card_id: str) -> str | None:
    row = view.get(LaterRow, card_id)
    return rfc3339(row.until) if row and row.until > kernel.clock.now() else None


def _needs_somebody(view: View, row: ActionRow) -> bool:
    if row.state in _UNSURE or row.state in READY:
        return True
    return any(one.id == row.id for one in live_failures(view))

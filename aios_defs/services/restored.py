"""Owns what a restore leaves open: what the old home did after the backup is not in this ledger.

    home.restored → held (hold.py), every unfinished action is doubted (`uncertain`, no approval)
    → Sent is read → the connectors are asked → found: committed; absent: asked anew; else: parked

Until the mail of a connector was read once, nothing of it is decided: an answer that the old home
sent, or the operator, stands in Sent and counts as the operator's own.
"""

from aios_defs.core.actions import UNSETTLED
from aios_defs.core.connector import Finding
from aios_defs.core.envelope import Draft, Head
from aios_defs.core.errors import KeyErased
from aios_defs.core.events.actions import ActionDoubted
from aios_defs.core.events.copies import HomeRestored
from aios_defs.core.policy.request import Effect
from aios_defs.core.ports import Ids, Ledger, Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.copies import RestoreRow
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.authority import matter_of
from aios_defs.services.drafts import of_action
from aios_defs.services.hold import say_held
from aios_defs.services.judge import judge
from aios_defs.services.kernel import Kernel
from aios_defs.services.propose import ask, follow_verdict, must_action
from aios_defs.services.stopping import stop_overtaken

RESTORED = "restored"
"""The reason of a doubt that a restore raised, and of the question that follows it."""
MAYBE_SENT = "this may have been sent after the backup: look for it outside"


def begin_anew(
    ledger: Ledger,
    ids: Ids,
    *,
    backup_id: str,
    head: Head,
    places: tuple[tuple[str, str], ...],
) -> int:
    """Append that the home was restored, and doubt every unfinished action; returns how many.

    From then on it is held: read-only until it is known who was forgotten since the backup.
    """
    with ledger.transaction(actor="operator") as tx:
        restored = HomeRestored(
            backup_id=backup_id,
            instance_id=ids.new(),
            position=head.position,
            head=head.hash,
            places=places,
            is_held=True,
        )
        tx.append(Draft(stream="home", data=restored, correlation_id="home"))
        rows = tx.select(ActionRow, state=UNSETTLED, order="created_at")
        for row in rows:
            tx.append(of_action(row, ActionDoubted(action_id=row.id, reason=RESTORED)))
        say_held(tx, ids)
    return len(rows)


def is_unread(kernel: Kernel, view: View, connector: str) -> bool:
    """Return whether a connector's store was not read to its end since the home was restored."""
    restore = view.get(RestoreRow, "restore")
    if restore is None or connector not in kernel.connectors:
        return False
    cursor = view.get(CursorRow, _cursor(connector))
    return cursor is None or cursor.value != restore.event_id


def holds_back(kernel: Kernel, view: View, workflow: str) -> bool:
    """Return whether a workflow's tasks wait until its connector was read after a restore."""
    if view.get(RestoreRow, "restore") is None:
        return False
    entry = kernel.business.workflow(workflow)
    return entry is not None and is_unread(kernel, view, entry.connector)


def note_read(kernel: Kernel, connector: str) -> None:
    """Record that a connector's store was read to its end; writes once for each restore."""
    with kernel.ledger.view() as view:
        if not is_unread(kernel, view, connector):
            return
        restore = view.get(RestoreRow, "restore")
    assert restore is not None  # noqa: S101 - unread since a restore
    with kernel.ledger.transaction(actor="facade") as tx:
        tx.put(CursorRow(name=_cursor(connector), value=restore.event_id))


def is_doubted(action: ActionRow) -> bool:
    """Return whether an uncertain action is one that a restore doubts."""
    return action.error == RESTORED


def weigh(kernel: Kernel, action: ActionRow, finding: Finding) -> Finding:
    """Return what a look-up proves of a doubted action.

    What was found was sent. `absent` proves something only where the old home's effects would be:
    in a place outside the home, and the same one as then.
    """
    if finding.answer == "found" or finding.ask_again:
        return finding
    with kernel.ledger.view() as view:
        restore = view.get(RestoreRow, "restore")
    then = dict(restore.places).get(action.connector) if restore else None
    if finding.answer == "absent" and then and then == kernel.place(action.connector):
        return finding
    return Finding(answer="unknown", reason=MAYBE_SENT)


def ask_anew(kernel: Kernel, tx: Transaction, action_id: str) -> None:
    """Put an action that was not sent before the operator, whatever let it go before the backup."""
    action = must_action(tx, action_id)
    task = tx.get(TaskRow, action.task_id)
    assert task is not None  # noqa: S101 - tasks are never deleted
    if stop_overtaken(tx, action, task):
        return
    try:
        verdict = judge(kernel, tx, matter_of(kernel, tx, action, task))
    except KeyErased:
        return  # the sweep cancels what was erased
    if verdict.effect in (Effect.DENY, Effect.DRAFT):
        follow_verdict(kernel, tx, action, verdict, actor="facade", reason=RESTORED)
    else:
        ask(kernel, tx, action, verdict, actor="facade", reason=RESTORED)


def _cursor(connector: str) -> str:
    return f"restored:{connector}"

"""Owns whether the machine that a home was restored from may have answered a task's mail already.

Where Sent keeps no copy of its answer nothing else tells, so a person looks first (G2).
"""

from datetime import timedelta

from aios_defs.core.ports import View
from aios_defs.core.rows.copies import RestoreRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import TaskRow

CLOCKS = timedelta(hours=2)
"""How far the clock of the mail server and ours may be apart."""


def came_before_restore(view: View, task: TaskRow) -> bool:
    """Return whether a mail of the task was stored outside before the last restore of the home."""
    restore = view.get(RestoreRow, "restore")
    if restore is None:
        return False
    messages = (view.get(MessageRow, one) for one in task.message_ids)
    return any(row and row.stored_at < restore.restored_at + CLOCKS for row in messages)

"""Owns the summaries the operator looks at: where everything stands."""

from collections import Counter

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import ConnectorRow, PauseRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState, standing
from aios_defs.services.kernel import Kernel

READ_AGAIN = "read_again"
"""Why a released message counts no more: another row stands for the same item."""
_SHOWN = {ActionState.FAILED_RETRYABLE: "failed"}


def status(kernel: Kernel) -> JsonObject:
    """Return where the home stands, the shape of `aios status --json`.

    `messages` counts the inbox: every message is received and in exactly one of the other four.
    """
    with kernel.ledger.view() as view:
        head = view.head()
        tasks = view.select(TaskRow)
        return {
            "ledger": {"position": head.position, "head": head.hash},
            "messages": _messages(view, {task.id: task.state for task in tasks}),
            "tasks": dict(sorted(Counter(str(task.state) for task in tasks).items())),
            "actions": _actions(view),
            "paused": list[JsonValue](sorted(row.scope for row in view.select(PauseRow))),
            "connectors": {name: standing_of(kernel, view, name) for name in kernel.connectors},
        }


def _messages(view: View, task_states: dict[str, TaskState]) -> JsonObject:
    rows = [one for one in view.select(MessageRow, folder="inbox") if one.reason != READ_AGAIN]
    counts = Counter(message_standing(row, task_states) for row in rows)
    names = ("answered", "waiting", "ignored", "quarantined")
    return {"received": len(rows), **{name: counts[name] for name in names}}


def message_standing(row: MessageRow, task_states: dict[str, TaskState]) -> str:
    """Return where a message stands: answered, waiting, ignored or quarantined."""
    return standing(row.state, task_states.get(row.task_id) if row.task_id else None)


def _actions(view: View) -> JsonObject:
    counts = Counter(_SHOWN.get(row.state, str(row.state)) for row in view.select(ActionRow))
    return dict(sorted(counts.items()))


def standing_of(kernel: Kernel, view: View, name: str) -> str:
    """Return what a connector may do: certified, trusted, suspended or read_only."""
    row = view.get(ConnectorRow, name)
    account = kernel.address_hash(kernel.connector(name).describe().account)
    if row is None or row.account != account:
        return "read_only"
    if row.suspended:
        return "suspended"
    now = kernel.clock.now()
    if row.certified_until and row.certified_until > now:
        return "certified"
    return "trusted" if row.trusted_until and row.trusted_until > now else "read_only"


def count_mismatches(kernel: Kernel) -> list[JsonObject]:
    """Return the connectors whose store holds another number of items than was received."""
    found: list[JsonObject] = []
    with kernel.ledger.view() as view:
        for name, connector in kernel.connectors.items():
            stored = connector.count()
            rows = view.select(MessageRow, connector=name, folder="inbox")
            received = sum(row.reason != READ_AGAIN for row in rows)
            if stored != received:
                found.append({"connector": name, "stored": stored, "received": received})
    return found

"""Owns the summaries the operator looks at: where everything stands."""

from collections import Counter

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import ConnectorRow, HandedRow, PauseRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState, standing
from aios_defs.services.kernel import Kernel

READ_AGAIN = "read_again"
"""Why a released message counts no more: another row stands for the same item."""
_SETTLED = (TaskState.COMPLETED, TaskState.CANCELLED)
"""The states of a task that move its messages away from those that wait."""
_SHOWN = {ActionState.FAILED_RETRYABLE: "failed"}


def status(kernel: Kernel) -> JsonObject:
    """Return where the home stands, the shape of `aios status --json`.

    `messages` counts the inbox: every message is received and in exactly one of the other four.
    """
    with kernel.ledger.view() as view:
        head = view.head()
        tasks = {str(state): count for (state,), count in view.tally(TaskRow, "state").items()}
        return {
            "ledger": {"position": head.position, "head": head.hash},
            "messages": _messages(view),
            "tasks": dict(sorted(tasks.items())),
            "actions": _actions(view),
            "paused": list[JsonValue](sorted(view.column(PauseRow, "scope"))),
            "connectors": {name: standing_of(kernel, view, name) for name in kernel.connectors},
        }


def _messages(view: View) -> JsonObject:
    counts = Counter[str]()
    for (state, reason), count in view.tally(MessageRow, "state", "reason", folder="inbox").items():
        if reason != READ_AGAIN:
            counts[standing(state, None)] += count
    owners = view.column(MessageRow, "task_id", folder="inbox", state="received")
    for state in _SETTLED:
        settled = set(view.column(TaskRow, "id", state=state))
        moved = sum(one in settled for one in owners)
        counts[standing("received", None)] -= moved
        counts[standing("received", state)] += moved
    names = ("answered", "waiting", "ignored", "quarantined")
    return {"received": counts.total(), **{name: counts[name] for name in names}}


def message_standing(row: MessageRow, task_states: dict[str, TaskState]) -> str:
    """Return where a message stands: answered, waiting, ignored or quarantined."""
    return standing(row.state, task_states.get(row.task_id) if row.task_id else None)


def _actions(view: View) -> JsonObject:
    counts = Counter[str]()
    for (state,), count in view.tally(ActionRow, "state").items():
        counts[_SHOWN.get(state, str(state))] += count
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
            reasons = view.tally(MessageRow, "reason", connector=name, folder="inbox")
            received = sum(count for (why,), count in reasons.items() if why != READ_AGAIN)
            received -= view.count(HandedRow, connector=name)
            if stored != received:
                found.append({"connector": name, "stored": stored, "received": received})
    return found

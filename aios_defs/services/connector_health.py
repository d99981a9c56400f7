"""Owns how the connectors are: what each may do until when, whether it answers, what it holds."""

from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.house import ConnectorRow, HandedRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.views import READ_AGAIN, standing_of

WRITING = ("trusted", "certified")
"""The standings that let a connector write."""


def standings(kernel: Kernel) -> list[JsonObject]:
    """Return every connector's account and standing, without asking the outside anything."""
    with kernel.ledger.view() as view:
        return [
            {
                **standing(kernel, view, name),
                "account": one.describe().account,
                "is_loopback": one.describe().is_loopback,
                "operations": [operation.name for operation in one.describe().operations],
                "received": _received(view, name),
            }
            for name, one in kernel.connectors.items()
        ]


def standing(kernel: Kernel, view: View, name: str) -> JsonObject:
    """Return what a connector may do: `standing`, `until` when that ends, `reason` if suspended.

    `missing` is one that connectors.yaml does not have.
    """
    if name not in kernel.connectors:
        return {"name": name, "standing": "missing", "until": None, "reason": None}
    found, row = standing_of(kernel, view, name), view.get(ConnectorRow, name)
    ends = {
        "trusted": row.trusted_until if row else None,
        "certified": row.certified_until if row else None,
    }
    until = ends.get(found)
    return {
        "name": name,
        "standing": found,
        "until": rfc3339(until) if until else None,
        "reason": row.suspended if row and found == "suspended" else None,
    }


def reached(kernel: Kernel) -> JsonObject:
    """Ask every connector how much its store holds; what can't be reached says why. Slow."""
    found: dict[str, JsonValue] = {}
    for name, connector in kernel.connectors.items():
        try:
            found[name] = {"stored": connector.count(), "error": None, "remedy": None}
        except AiosError as error:
            found[name] = {"stored": None, "error": error.message, "remedy": error.remedy}
    return found


def _received(view: View, name: str) -> int:
    """Return how many items of its store were received, as views.count_mismatches counts them."""
    reasons = view.tally(MessageRow, "reason", connector=name, folder="inbox")
    received = sum(count for (why,), count in reasons.items() if why != READ_AGAIN)
    return received - view.count(HandedRow, connector=name)

"""Owns the rules that hold in what runs already, for what starts beside it with a broken file.

A home that starts with a broken policies.yaml is in safe mode. One that `aios up` serves since
before the file broke goes on by the last good rules; its workers, and commands beside it, take the
same ones from the ledger.
"""

from pathlib import Path

from aios_defs.core.model import parse_rfc3339
from aios_defs.core.ports import Ledger
from resources.process_status import read_status

_CHANGED = "policy.changed.v1"


def rules_of_before(home: Path, ledger: Ledger) -> str | None:
    """Return the last valid policy text of the ledger; None unless `aios up` knew it in force."""
    status = read_status(home)
    if status is None:
        return None
    with ledger.view() as view:
        changes = list(view.events(types=[_CHANGED]))
    good = [index for index, one in enumerate(changes) if not one.data.get("is_safe_mode")]
    broken = changes[good[-1] + 1 :] if good else []
    if not broken or broken[0].time < parse_rfc3339(status.since):
        return None
    return str(changes[good[-1]].data["text"])

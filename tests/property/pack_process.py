"""Owns another process that builds packs: `python -m tests.property.pack_process HOME NOW`."""

import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.ports import View
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.context import build_pack
from aios_defs.services.hot_memory import Asked, hot_memory
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from resources.home import World, open_home
from resources.testing.fixed_clock import FixedClock
from tests.servers.database import home_settings


def prints(kernel: Kernel) -> list[str]:
    """Return a digest of the pack, and of the hot memory, of each task: all but its new ids."""
    with kernel.ledger.view() as view:
        return [one for task in view.select(TaskRow) for one in _prints(kernel, view, task)]


def _prints(kernel: Kernel, view: View, task: TaskRow) -> tuple[str, str]:
    pack = build_pack(kernel, view, task, "support").model_dump(mode="json", exclude={"ids"})
    hot = hot_memory(kernel, view, Asked(subjects=members(view, task.profile_id)), 3_000)
    return sha256(canonical_bytes(pack)).hexdigest(), sha256(repr(hot).encode()).hexdigest()


def main() -> None:
    """Print the digests of a home as of a moment, one a line."""
    clock = FixedClock(datetime.fromisoformat(sys.argv[2]))
    home = open_home(home_settings(Path(sys.argv[1])), World(clock=clock))
    sys.stdout.write("\n".join(prints(home.kernel)))
    home.ledger.close()


if __name__ == "__main__":
    main()

"""Proves that imports into memory, and undoing them, survive kill -9: each entry once."""

import subprocess
import sys
from pathlib import Path

from aios_defs.core.rows.imports import ImportRow
from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.services.imports.undo import imports, undo
from tests.integration.desk import Desk
from tests.integration.memory_files import imported_from, rows, state_of_memory, written

CHILD = """
import sys
from pathlib import Path
from zoneinfo import ZoneInfo
from aios_defs.services.imports.run import run
from aios_defs.services.imports.undo import imports, undo
from resources.home import World, open_home
from resources.past.memory_sources import open_memory_source
from resources.testing.kill_points import KillPoints
from tests.servers.database import home_settings
home, file, point, nth = sys.argv[1:]
points = KillPoints(point=point, nth=int(nth))
kernel = open_home(home_settings(Path(home)), World(points=points)).kernel
if point == "past.entries_kept":
    run(kernel, open_memory_source(Path(file), {}, ZoneInfo("UTC")), lambda *_: None)
else:
    undo(kernel, str(imports(kernel)[-1]["id"]))
"""
LINES = "".join(f"P {n},p{n}@x.example,note {n}\n" for n in range(350))


def killed(desk: Desk, file: Path, point: str, nth: int) -> int:
    """Import or undo in a process of its own that kills itself at a point; returns its code."""
    desk.home.ledger.close()
    words = [sys.executable, "-c", CHILD, str(desk.path), str(file), point, str(nth)]
    done = subprocess.run(words, check=False, capture_output=True, timeout=120)
    desk.open()
    return done.returncode


def test_a_killed_import_and_a_killed_undo_are_gone_on_with(desk: Desk) -> None:
    """Killed twice while importing and once while undoing: nothing is lost, doubled or left."""
    path = written(desk, "many.csv", f"name,email,note\n{LINES}")
    before = state_of_memory(desk)

    assert killed(desk, path, "past.entries_kept", 2) == -9
    assert killed(desk, path, "past.entries_kept", 1) == -9
    done = imported_from(desk, path)

    assert dict(done.counts) == {"new": 350}
    assert len(rows(desk, IdentityRow)) == 350 + len(before[3])  # type: ignore[arg-type]  # a list
    assert len(rows(desk, ImportRow)) == 1
    assert killed(desk, path, "past.facts_untaught", 1) == -9
    undo(desk.kernel, done.import_id)
    assert state_of_memory(desk) == before
    assert [one["state"] for one in imports(desk.kernel)] == ["undone"]

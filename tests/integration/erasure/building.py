"""Owns a process that builds cold memory and the tables over and over, until a file appears."""

import shutil
import sys
from contextlib import suppress
from pathlib import Path

from aios_defs.core.errors import AiosError
from aios_defs.services.archive import fill
from aios_defs.services.erasure.reading import read_clean
from aios_defs.services.tables.memory import memory_table
from resources.home import Home, World, open_home
from resources.publishing import publish
from resources.testing.fixed_clock import FixedClock
from tests.integration.erasure.planted import TABLES
from tests.servers.database import home_settings


def build_once(home: Home) -> None:
    """Build everything in plain text that a Dagster run would; what is refused is left."""
    kernel = home.kernel
    with suppress(AiosError):
        for name in TABLES:
            publish(home, read_clean(kernel, lambda name=name: memory_table(kernel, name)).value)
        with kernel.ledger.view() as view:
            head = view.head().position
        fill(kernel, home.memories.filling(), upto=head)


def main(path: Path) -> None:
    """Build until `stop` lies beside the home, and say each time that it was done."""
    home = open_home(home_settings(path), World(clock=FixedClock()))
    while not (path.parent / "stop").exists():
        build_once(home)
        sys.stdout.write("built\n")
        sys.stdout.flush()
        if not home.kernel.shelf.erased_to:
            shutil.rmtree(path / "lance" / "cold", ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

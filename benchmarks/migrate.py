"""Owns the measure of a migration at full size: killed five times, resumed, compared.

`python -m benchmarks.migrate [EVENTS] [sqlite|URL]` prints how long each part took, and fails where
anything differs. The default target is a PostgreSQL of its own, which syncs as one in use does; a
URL names an empty database elsewhere.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aios_defs.core.envelope import Draft
from aios_defs.core.events.system import OverridePaused, OverrideResumed
from aios_defs.settings.environment import Settings, load_settings
from resources.begun_home import begin, seed
from resources.home import open_home
from resources.migration import Migration
from tests.servers.postgres import PostgresServer

_UNIT, _KILLS = 2000, 5
_CHILD = "child"


def main() -> None:
    """Grow a home, migrate it with five kills, print the figures."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as folder, _target(wanted, Path(folder)) as url:
        home = Path(folder) / "home"
        started = time.perf_counter()
        _grow(home, events)
        _tell(f"{events} events made in {time.perf_counter() - started:.1f} s")
        for number in range(1, _KILLS + 1):
            _tell(f"kill {number}: at {_killed(home, url, number)}")
        started = time.perf_counter()
        done = Migration.of(_settings(home), url, _silent).run()
        spent = time.perf_counter() - started
        _tell(f"last run: {spent:.1f} s; {done.copied} were there")
        _tell(f"{done.events} events and every row are compared: identical, and they verify")


@contextmanager
def _target(wanted: str, folder: Path) -> Iterator[str]:
    if wanted:
        yield f"sqlite:///{folder}/other.db" if wanted == "sqlite" else wanted
        return
    server = PostgresServer(is_durable=True)
    try:
        yield server.fresh()
    finally:
        server.end()


def _grow(home: Path, events: int) -> None:
    seed(home, sample=True)
    begin(_settings(home), is_demo=False)
    ledger = open_home(_settings(home)).ledger
    for start in range(0, events, _UNIT):
        with ledger.transaction(actor="operator") as tx:
            for number in range(start, min(start + _UNIT, events), 2):
                scope = f"workflow:w{number % 97}"
                for data in (OverridePaused(scope=scope), OverrideResumed(scope=scope)):
                    tx.append(Draft(stream=scope, data=data, correlation_id="home"))
    ledger.close()


def _killed(home: Path, url: str, number: int) -> str:
    """Migrate in a process that is killed -9 after so many signs of progress."""
    command = [sys.executable, "-m", "benchmarks.migrate", _CHILD, str(home), url]
    told = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(3 * number):
            told = process.stdout.readline().strip() or told
        process.kill()
    return told


def _child(home: str, url: str) -> None:
    def tell(step: str, done: int, total: int) -> None:
        _tell(f"{done} of {total} {step}")

    Migration.of(_settings(Path(home)), url, tell).run()


def _settings(home: Path) -> Settings:
    return load_settings({"AIOS_HOME": str(home)})


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == [_CHILD]:
        _child(*sys.argv[2:])
    else:
        main()

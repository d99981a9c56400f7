"""Measures what the store costs for one task: CPU, syncs and bytes, without policy or agents.

Run: python -m benchmarks.store_cost [tasks]. Syncs are counted by strace where it is installed, in
a second run. A raw SQLite log that writes the same bytes stands beside it.
"""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from resources.clock import SystemClock
from resources.ids import UuidV7Ids
from resources.store.ledger import SqlLedger
from resources.testing.task_story import COMMITS_PER_TASK, EVENTS_PER_TASK, Story
from resources.vault import SqliteVault


def opened(home: Path) -> tuple[SqlLedger, SqliteVault]:
    vault = SqliteVault.at(home / "keys.db")
    ledger = SqlLedger.open(
        f"sqlite:///{home / 'ledger.db'}",
        vault=vault,
        clock=SystemClock(),
        ids=UuidV7Ids(),
        blob_dir=home / "blobs",
    )
    return ledger, vault


def tell(home: Path, tasks: int) -> float:
    """Tell that many stories and return the CPU milliseconds of one, after a warm-up."""
    ledger, vault = opened(home)
    Story(ledger=ledger, vault=vault, number=0).meet()
    for number in range(10):
        Story(ledger=ledger, vault=vault, number=number).tell()
    started = time.process_time()
    for number in range(10, 10 + tasks):
        Story(ledger=ledger, vault=vault, number=number).tell()
    return (time.process_time() - started) / tasks * 1000


def raw_log(home: Path, tasks: int) -> float:
    """Write as many rows of 600 bytes in as many commits, without any of what makes a ledger."""
    connection = sqlite3.connect(home / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE log (position INTEGER PRIMARY KEY, data TEXT)")
    started = time.process_time()
    for _ in range(tasks):
        left = EVENTS_PER_TASK
        for commit in range(COMMITS_PER_TASK):
            rows = left // (COMMITS_PER_TASK - commit)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO log (data) VALUES (?)", [("x" * 600,)] * rows)
            connection.execute("COMMIT")
            left -= rows
    return (time.process_time() - started) / tasks * 1000


def syncs(mode: str, tasks: int) -> float | None:
    """Return the syncs of one task, or None without strace."""
    if shutil.which("strace") is None:
        return None
    counts = [_syncs_of(mode, number) for number in (tasks, 3 * tasks)]
    return (counts[1] - counts[0]) / (2 * tasks)


def _syncs_of(mode: str, tasks: int) -> int:
    command = [sys.executable, "-m", "benchmarks.store_cost", mode, str(tasks)]
    traced = ["strace", "-c", "-f", "-e", "trace=fsync,fdatasync", *command]
    summary = subprocess.run(traced, capture_output=True, text=True, check=True).stderr
    lines = [line.split() for line in summary.splitlines()]
    return sum(int(line[3]) for line in lines if line and line[-1] in {"fsync", "fdatasync"})


def main(tasks: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cost, raw = tell(home, tasks), raw_log(home, tasks)
        size = sum((home / name).stat().st_size for name in ("ledger.db", "ledger.db-wal"))
    print(f"CPU ms per task: {cost:.2f} (raw SQLite log {raw:.2f}, {cost / raw:.1f} times)")
    print(f"bytes per task:  {size / (tasks + 10):.0f}")
    ours, theirs = syncs("tell", tasks), syncs("raw", tasks)
    if ours is not None and theirs:
        print(f"syncs per task:  {ours:.2f} (raw SQLite log {theirs:.2f})")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with tempfile.TemporaryDirectory() as place:
            {"tell": tell, "raw": raw_log}[sys.argv[1]](Path(place), int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)

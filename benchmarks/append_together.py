"""Measures eight processes that append at once, on SQLite and on PostgreSQL, side by side.

Run: python -m benchmarks.append_together [appends]. Each append is a unit of work of its own: it
waits for its turn, writes one event with its row, and is durable. PostgreSQL syncs here, too.
"""

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from aios_defs.core.envelope import Draft
from aios_defs.core.events.system import OverridePaused
from aios_defs.services.verify import verify_ledger
from resources.clock import SystemClock
from resources.ids import UuidV7Ids
from resources.store.ledger import SqlLedger
from resources.vault import SqliteVault
from tests.servers.postgres import PostgresServer

PROCESSES = 8


def opened(url: str, home: Path) -> tuple[SqlLedger, SqliteVault]:
    vault = SqliteVault.at(home / "keys.db")
    ledger = SqlLedger.open(
        url, vault=vault, clock=SystemClock(), ids=UuidV7Ids(), blob_dir=home / "blobs"
    )
    return ledger, vault


def append(url: str, home: Path, name: str, appends: int) -> list[float]:
    """Append that many events and return the milliseconds of each."""
    ledger, _ = opened(url, home)
    taken: list[float] = []
    for number in range(appends):
        data = OverridePaused(scope=f"{name}-{number}")
        started = time.perf_counter()
        with ledger.transaction(actor="operator") as unit:
            unit.append(Draft(stream=name, data=data, correlation_id="home"))
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def race(url: str, home: Path, appends: int) -> list[float]:
    """Let all processes append at once; returns the milliseconds of each append, sorted.

    Raises:
        RuntimeError: the log has a gap, lost an event or does not verify.

    """
    opened(url, home)[0].close()
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        jobs = [(url, home, f"process-{number}", appends) for number in range(PROCESSES)]
        taken = sorted(one for part in pool.starmap(append, jobs) for one in part)
    ledger, vault = opened(url, home)
    report = verify_ledger(ledger, vault)
    if not report.ok or report.events != PROCESSES * appends:
        raise RuntimeError(report.finding or f"{report.events} events")
    return taken


def main(appends: int) -> None:
    """Print the median and the 99th percentile of both databases, and their ratio."""
    server = PostgresServer(is_durable=True)
    p99 = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            lite, server_home = Path(folder, "sqlite"), Path(folder, "postgresql")
            places = {f"sqlite:///{lite / 'ledger.db'}": lite, server.fresh(): server_home}
            for url, home in places.items():
                taken = race(url, home, appends)
                p99.append(taken[len(taken) * 99 // 100])
                print(
                    f"{home.name}: {len(taken)} appends by {PROCESSES} processes, gapless; "
                    f"p50 {median(taken):.1f} ms, p99 {p99[-1]:.1f} ms"
                )
    finally:
        server.end()
    print(f"p99 on PostgreSQL / SQLite: {p99[1] / p99[0]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)

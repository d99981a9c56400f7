"""Measures the inbox in a home where many decisions wait: time and bytes of its pages.

Run: python -m benchmarks.inbox_page [cards]

The pages are asked for over HTTP from a server in a process of its own, as the gateway serves them,
guard included. `aios inbox` in a new process stands beside them.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from aios_defs.console.cookies import cookie_name
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.sessions import log_in, make_link
from benchmarks.served import free_port, serving
from benchmarks.waiting_home import CARDS, waiting_home

BAR_MS, BAR_BYTES = 150, 100_000
_LOOKS = 40


def looks(kernel: Kernel) -> dict[str, str]:
    """Return what is asked for, by name."""
    with kernel.ledger.view() as view:
        (last,) = view.select(ActionRow, order="-created_at", limit=1)
    return {
        "inbox": "/inbox",
        "of a kind": "/inbox?kind=decision",
        "search, one found": "/inbox?q=guest+is+(9999)",
        "search, many found": "/inbox?q=Ireland",
        "search, none found": "/inbox?q=zebra",
        "a card": f"/inbox/{last.id}",
        "as JSON": "/api/inbox",
    }


def measure(client: httpx.Client, path: str) -> tuple[list[float], int, int]:
    """Return the milliseconds of each look, the status and the bytes of the page."""
    spent = list[float]()
    answer = client.get(path)
    for _ in range(_LOOKS):
        started = time.perf_counter()
        answer = client.get(path)
        spent.append((time.perf_counter() - started) * 1000)
    return spent, answer.status_code, len(answer.content)


def report(count: int) -> None:
    """Print each look beside its bar."""
    with tempfile.TemporaryDirectory() as folder:
        home = waiting_home(Path(folder), count)
        port = free_port()
        origin = f"http://127.0.0.1:{port}"
        secret = log_in(home.kernel, make_link(home.kernel), agent="bench")
        cookies = {cookie_name(origin, "console"): secret}
        paths = looks(home.kernel)
        with serving(Path(folder), port), httpx.Client(base_url=origin, cookies=cookies) as client:
            for name, path in paths.items():
                spent, status, size = measure(client, path)
                late = sorted(spent)[int(len(spent) * 0.95)]
                print(
                    f"{name}: p50 {statistics.median(spent):.0f} ms, p95 {late:.0f} ms (bar "
                    f"{BAR_MS}), {size} bytes (bar {BAR_BYTES}), status {status}"
                )
        started = time.perf_counter()
        command = [sys.executable, "-m", "aios_defs.cli.main", "inbox"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={"AIOS_HOME": folder})
        print(f"aios inbox, a new process: {(time.perf_counter() - started) * 1000:.0f} ms")


def main() -> None:
    """Read the command line and measure."""
    report(int(sys.argv[1]) if len(sys.argv) > 1 else CARDS)


if __name__ == "__main__":
    main()

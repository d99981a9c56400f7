"""Measures how long the interactive lane lets a person wait, beside the launch of a Dagster run.

Run: python -m benchmarks.lane_wait [--rounds N]

`decided`: a stranger's mail is handed to the lane until its decision waits in the inbox, durably.
`undo`: the end of an undo window until the reply lies in the Maildir and is recorded. `approved`:
an approval without a window until the same. Policy, audit and every sync are in; no model is
called. The last line launches a one-op run in the same process, which is what none of them awaits.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.services.approve import approve
from aios_defs.services.kernel import Kernel
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home, trust
from aios_defs.settings.environment import load_settings
from benchmarks.run_launch import launch_ms
from benchmarks.task_cost import BUSINESS, PARAGRAPH
from resources.home import World, make_home, open_home

BARS = {"decided": 50, "undo": 200, "approved": 200}
_WINDOW = 1
_WARM_UP = 5
_CONNECTORS = BUSINESS["connectors.yaml"].replace("benchmarks.metered_mail:MeteredMail", "mail")


@dataclass(slots=True)
class Stopwatch:
    """The points of a process, of which it keeps when the last commit was recorded."""

    at: float = 0.0
    passed: threading.Event = field(default_factory=threading.Event)

    def reached(self, point: str) -> None:
        """Stop at the end of a commit."""
        if point == "commit.recorded":
            self.at = time.time()
            self.passed.set()

    def wait(self) -> float:
        """Return when the next commit was recorded."""
        assert self.passed.wait(30), "nothing was committed"
        self.passed.clear()
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A working lane over a home with a Maildir."""

    kernel: Kernel
    lane: InteractiveLane
    watch: Stopwatch

    def decide(self, number: int) -> tuple[float, str]:
        """Hand one mail in; returns the milliseconds until its decision waits, and its card."""
        raw = _mail(number)
        started = time.perf_counter()
        task_id = self.lane.run("bench", raw)["task_id"]
        spent = (time.perf_counter() - started) * 1000
        with self.kernel.ledger.view() as view:
            (card,) = view.select(ActionRow, task_id=str(task_id))
        assert card.state is ActionState.AWAITING_APPROVAL
        return spent, card.id

    def undo_ms(self, card: str) -> float:
        """Approve with a window; returns the milliseconds from its end to the recorded commit."""
        due_at = approve(self.kernel, card, window=_WINDOW).due_at
        assert due_at is not None
        self.lane.wake()
        return (self.watch.wait() - due_at.timestamp()) * 1000

    def approved_ms(self, card: str) -> float:
        """Approve without a window; returns the milliseconds to the recorded commit."""
        started = time.time()
        approve(self.kernel, card, window=0)
        self.lane.wake()
        return (self.watch.wait() - started) * 1000


def _mail(number: int) -> bytes:
    return (
        f"From: <guest{number}@new.example>\r\nTo: bench@house.example\r\nSubject: Price\r\n"
        f"Message-ID: <lane-{number}@mail.example>\r\n\r\n"
        f"How much is the gizmo?\r\n\r\n{PARAGRAPH * 4}\r\n"
    ).encode()


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Make a home with a Maildir and let a lane work on it."""
    make_home(folder)
    for name, text in {**BUSINESS, "connectors.yaml": _CONNECTORS}.items():
        path = folder / "business" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    watch = Stopwatch()
    home = open_home(load_settings({"AIOS_HOME": str(folder)}), World(points=watch))
    begin_home(home.kernel, is_demo=False, version="bench")
    apply_business(home.kernel)
    trust(home.kernel, "mail", timedelta(days=1))
    lane = InteractiveLane(home.kernel)
    lane.start()
    try:
        yield Bench(kernel=home.kernel, lane=lane, watch=watch)
    finally:
        lane.stop()


def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each wait, after a warm-up."""
    waits: dict[str, list[float]] = {name: [] for name in BARS}
    with bench(folder) as one:
        for number in range(_WARM_UP):
            one.approved_ms(one.decide(number)[1])
        for number in range(_WARM_UP, _WARM_UP + rounds):
            spent, card = one.decide(number)
            waits["decided"].append(spent)
            name = "undo" if number % 2 else "approved"
            wait = one.undo_ms(card) if number % 2 else one.approved_ms(card)
            waits[name].append(wait)
    return waits


def report(rounds: int, launches: int) -> None:
    """Print each wait beside its bar and beside a launch."""
    with tempfile.TemporaryDirectory() as folder:
        waits = measure(Path(folder), rounds)
    with tempfile.TemporaryDirectory() as folder:
        launch = statistics.median(launch_ms(Path(folder), launches))
    for name, found in waits.items():
        middle, late = statistics.median(found), sorted(found)[int(len(found) * 0.95)]
        print(
            f"{name}: p50 {middle:.1f} ms, p95 {late:.1f} ms (bar {BARS[name]}), "
            f"1/{launch / middle:.0f} of a launched run"
        )
    print(f"a launched Dagster run: p50 {launch:.0f} ms")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--launches", type=int, default=3)
    given = parser.parse_args()
    report(given.rounds, given.launches)


if __name__ == "__main__":
    main()

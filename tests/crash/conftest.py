"""Owns the campaign as the tests see it: one process that runs the parts.

CRASH_KILLS asks for more kills than the least, CRASH_SEED for another schedule; a failing test
names its seed. The homes lie in memory where that can be had: a kill takes nothing from the cache
of files, so a disk would only make it slow.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crash.declared import ROOT
from tests.crash.shares import LEAST, owed
from tests.crash.summary import keep_tallies
from tests.crash.tally import Tally, tally_of
from tests.crash.wire_scene import House, house_of
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

KILLS = int(os.environ.get("CRASH_KILLS", LEAST))
SEED = int(os.environ.get("CRASH_SEED", "1"))
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@dataclass(slots=True)
class Campaign:
    """The running campaign: each part runs once, however many tests of a module look at it."""

    process: subprocess.Popen[str]
    tallies: dict[str, Tally] = field(default_factory=dict[str, Tally])

    def run(self, part: str, house: House | None = None) -> Tally:
        """Run a part unless it ran, and return what it found; `house` is for parts on the wire."""
        if part not in self.tallies:
            self.tallies[part] = self._run(part, house)
        return self.tallies[part]

    def _run(self, part: str, house: House | None) -> Tally:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        job = {"part": part, "kills": owed(part, KILLS), "seed": SEED}
        if house is not None:
            job["servers"] = house.to_json()
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "it ended"}')
        if "error" in answer:
            pytest.fail(f"part {part!r}, CRASH_SEED={SEED}:\n{answer['error']}", pytrace=False)
        return tally_of(answer)


@pytest.fixture(scope="session")
def campaign(request: pytest.FixtureRequest) -> Iterator[Campaign]:
    """Start the process of the campaign; its homes are gone at the end."""
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="aios-crash-", dir=memory))
    command = [sys.executable, "-m", "tests.crash.campaign", str(folder / "work")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        running = Campaign(process)
        yield running
    keep_tallies(request.config, list(running.tallies.values()))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def house(dovecot: Dovecot, postfix: Postfix) -> House:
    """Return where the real servers are."""
    return house_of(dovecot, postfix)

"""Owns the kills of a whole `aios run`, the real command in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.crash.declared import ROOT
from tests.crash.parts import Part
from tests.crash.scene import WORKFLOW, Scene
from tests.servers.database import home_environment

COMMAND = (sys.executable, "-m", "aios_defs.cli.main", "run", WORKFLOW)
MAILS = 3
_TICK = 0.001
_LONGEST = 0.05


def kill_runs(part: Part) -> None:
    """Kill runs until the part's kills are counted; each home ends with a run of its own."""
    while part.tally.killed < part.kills:
        scene = part.scene(mails=MAILS, agent="support")
        for letters in range(min(MAILS, part.kills - part.tally.killed)):
            _kill(part, scene, letters)
        _finish(scene)
        part.close(scene)


def _kill(part: Part, scene: Scene, letters: int) -> None:
    """Kill a run a moment after it put so many letters out; 0: after its ledger grew."""
    grown = _size(scene)
    run = _started(scene)
    while run.poll() is None and not _is_there(scene, letters, grown):
        time.sleep(_TICK)
    time.sleep(part.chance.uniform(0, _LONGEST))
    run.kill()
    run.communicate()
    part.tally.kills["aios run"] += run.returncode == -signal.SIGKILL


def _is_there(scene: Scene, letters: int, grown: int) -> bool:
    if not letters:
        return _size(scene) > grown
    return sum(1 for _ in scene.letters()) >= letters


def _size(scene: Scene) -> int:
    log = Path(f"{scene.home / 'ledger.db'}-wal")
    return log.stat().st_size if log.exists() else 0


def _finish(scene: Scene) -> None:
    run = _started(scene)
    _, errors = run.communicate()
    if run.returncode:
        raise RuntimeError(f"aios run ended with {run.returncode}:\n{errors.decode()}")


def _started(scene: Scene) -> subprocess.Popen[bytes]:
    environment = os.environ | home_environment(scene.home)
    return subprocess.Popen(
        COMMAND, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )

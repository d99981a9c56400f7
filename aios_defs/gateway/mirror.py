"""Owns the gateway's mirror: a thread that shows in Dagster what the lane did, a moment later.

It sleeps until it is nudged, and compares the ledger's head with its cursor before anything else.
Dagster is imported in the thread, because that costs seconds. Dagster's storage is opened once and
kept; after a failure it is opened anew, so that a deleted one is made and filled from the ledger.
"""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from aios_defs.core.model import JsonObject
from aios_defs.gateway.lane_trouble import Troubles
from aios_defs.services.due import head_position
from aios_defs.services.mirror import read_cursor
from resources.home import Home

LOOK_SECONDS = 60.0
"""How often it looks whether Dagster's storage is still there while nothing happens."""
AGAIN_SECONDS = 1.0
GATHER_SECONDS = 0.2
"""How long a nudge waits for what belongs with it: a decision takes several events."""


class DagsterMirror:
    """The gateway's mirror (the port is `aios_defs.gateway.lane.Mirror`)."""

    def __init__(self, home: Home, origin: str | None = None) -> None:
        """Keep what it works with; `origin` is the console's, for links out of Dagster."""
        self._home, self._origin = home, origin
        self._nudged, self._ending = threading.Event(), threading.Event()
        self._made = 0
        self._opened = ExitStack()
        self._mirror: Callable[[], int] | None = None
        self._trouble = Troubles(
            home.kernel, "dagster", "Dagster does not show all that happened", kind="mirror"
        )
        self._thread = threading.Thread(target=self._work, name="mirror", daemon=True)

    def start(self) -> None:
        """Begin; what a former process left is mirrored first."""
        self._nudged.set()
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Begin nothing more and wait for what is being told; returns whether it came to rest."""
        self._ending.set()
        self._nudged.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def nudge(self) -> None:
        """Say that the ledger moved; returns at once."""
        self._nudged.set()

    def health(self) -> JsonObject:
        """Return how far it has come: `position` of `head`, and what went wrong since when.

        `state` is loading (Dagster is being imported), working, degraded (the last attempt failed;
        it goes on by itself) or stopped. `runs` counts those told since the start.
        """
        return {
            "state": self._state(),
            "position": self._position(),
            "head": head_position(self._home.kernel),
            "runs": self._made,
            **self._trouble.told(),
        }

    def _state(self) -> str:
        if self._ending.is_set() or not self._thread.is_alive():
            return "stopped"
        if self._trouble.code:
            return "degraded"
        return "working" if self._mirror else "loading"

    def _work(self) -> None:
        with self._opened:
            while not self._ending.is_set():
                self._nudged.clear()
                made = self._trouble.attempt(self._catch_up)
                if made is None:
                    self._close()
                    self._ending.wait(self._trouble.pause)
                    continue
                self._made += made
                self._trouble.clear()
                if self._nudged.wait(AGAIN_SECONDS if self._is_behind() else LOOK_SECONDS):
                    self._ending.wait(GATHER_SECONDS)

    def _is_behind(self) -> bool:
        """Return whether something is left: another mirror has the lease, or a card just ended."""
        return self._position() < head_position(self._home.kernel)

    def _position(self) -> int:
        return read_cursor(self._home.kernel).position

    def _catch_up(self) -> int:
        if self._mirror is None:
            self._mirror = self._open()
        return self._mirror()

    def _open(self) -> Callable[[], int]:
        from assets.reports.mirror import mirror_runs
        from resources.dagster_instance import open_instance

        instance = self._opened.enter_context(open_instance(self._home.path, is_kept=True))
        return partial(
            mirror_runs,
            self._home.kernel,
            instance,
            origin=self._origin,
            is_ending=self._ending.is_set,
        )

    def _close(self) -> None:
        """Let go of the storage, whatever state it is in."""
        self._mirror = None
        self._trouble.attempt(self._opened.close)

"""Owns Dagster's pages in the gateway: loaded when the console works already, let go at the end.

Importing them takes seconds; until then their port answers that they are starting.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp

from aios_defs.console.desk import Desk
from aios_defs.gateway.lane_trouble import Troubles

CODE_SECONDS = 30.0
_LOOK_EVERY = 0.2


class DagsterPages:
    """Loads the pages and lends them to `serve`; one that fails is tried again, with a card."""

    def __init__(self, desk: Desk, serve: Callable[[ASGIApp], None]) -> None:
        """Keep what is needed; nothing is loaded yet."""
        self._desk, self._serve = desk, serve
        self._ending = threading.Event()
        self._trouble = Troubles(
            desk.kernel, "dagster pages", "Dagster's pages could not be loaded"
        )
        self._thread = threading.Thread(target=self._work, name="dagster-pages", daemon=True)

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Let go of Dagster's storage and of its code server."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _work(self) -> None:
        while not self._ending.is_set():
            self._trouble.attempt(self._lend)
            self._ending.wait(self._trouble.pause)

    def _lend(self) -> None:
        from aios_defs.gateway.dagster_origin import dagster_app
        from resources.dagster_web import dagster_web
        from resources.dagster_workspace import render_workspace

        home = self._desk.home.path
        self._wait_for_code(home)
        with dagster_web(home, render_workspace(home)) as web:
            self._serve(dagster_app(self._desk, web))
            self._trouble.clear()
            self._ending.wait()

    def _wait_for_code(self, home: Path) -> None:
        """Wait for the code server, but not for ever: the pages say what did not load."""
        from resources.dagster_workspace import code_socket, is_served

        end = time.monotonic() + CODE_SECONDS
        path = code_socket(home)
        while not (is_served(path) or self._ending.is_set()) and time.monotonic() < end:
            self._ending.wait(_LOOK_EVERY)

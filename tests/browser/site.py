"""Owns a site for the browser: the console over a home of its own, served on a free port."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from aios_defs.console.app import console_app
from aios_defs.console.cookies import cookie_name
from aios_defs.console.desk import Desk as ConsoleDesk
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.services.kernel import Kernel
from aios_defs.services.sessions import log_in, make_link
from resources.clock import SystemClock
from tests.browser.visitor import Visitor
from tests.integration.desk import ASK_FIRST, FILES, Desk
from tests.running_clock import RunningClock

HOST = "127.0.0.1"
WINDOW = 60
SITE_FILES = {
    "catalog.yaml": FILES["catalog.yaml"].replace("undo_seconds: 10", f"undo_seconds: {WINDOW}"),
    "connectors.yaml": FILES["connectors.yaml"].replace("since: 2031", "since: 2021"),
    "policies.yaml": f"version: 1\nrules:{ASK_FIRST}",
}
"""The tiny business, with everything asked, time to undo, and the present in reach."""


@dataclass(slots=True, kw_only=True)
class Site:
    """A served home: the desk behind it, its lane, and where it is."""

    desk: Desk
    origin: str
    lane: InteractiveLane
    _server: uvicorn.Server = field(init=False)
    _thread: threading.Thread = field(init=False)

    @property
    def kernel(self) -> Kernel:
        """The kernel of the served home."""
        return self.desk.kernel

    def pass_time(self, **duration: float) -> None:
        """Let time pass, and the lane do what is due by then."""
        self.desk.wait(**duration)
        self.lane.wake()

    def link(self) -> str:
        """Return the address of a new login link, without the origin."""
        return f"/login?token={make_link(self.kernel)}"

    def admit(self, visitor: Visitor) -> None:
        """Let a visitor be logged in already."""
        secret = log_in(self.kernel, make_link(self.kernel), agent="visitor")
        cookie = {"name": cookie_name(self.origin, "console"), "value": secret, "url": self.origin}
        visitor.context.add_cookies([cookie])  # type: ignore[list-item] # a typed dict of playwright

    def serve(self, listening: socket.socket) -> None:
        """Serve in a thread until `go` is called."""
        desk = ConsoleDesk(home=self.desk.home, lane=self.lane, origin=self.origin)
        config = uvicorn.Config(
            console_app(desk),
            lifespan="off",
            ws="none",
            log_level="error",
            timeout_graceful_shutdown=0,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, daemon=True
        )
        self._thread.start()

    def go(self) -> None:
        """Serve no more, as when the gateway died."""
        self._server.should_exit = True
        self._thread.join(10)


def listen() -> socket.socket:
    """Return a listening socket on a free port of this machine."""
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((HOST, 0))
    one.listen(64)
    return one


@contextmanager
def opened_site(path: Path, files: Mapping[str, str] | None = None) -> Iterator[Site]:
    """Yield a site over a new home; `files` are those of its business that differ."""
    clock = RunningClock(SystemClock().now())
    desk = Desk(path, clock=clock, files={**SITE_FILES, **(files or {})}).begin()
    listening = listen()
    origin = f"http://{HOST}:{listening.getsockname()[1]}"
    site = Site(desk=desk, origin=origin, lane=InteractiveLane(desk.kernel))
    site.lane.start()
    site.serve(listening)
    try:
        yield site
    finally:
        site.go()
        site.lane.stop()
        listening.close()
        desk.home.ledger.close()

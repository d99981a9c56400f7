"""Owns the serving process: console, Dagster's pages and hooks on three sockets, and the lane.

The console answers first; then mail is taken in; then Dagster's pages are loaded, which takes
seconds. What it begins ends in the same order: no new work, what is on the wire, the home.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from aios_defs.console.app import console_app
from aios_defs.console.desk import Desk
from aios_defs.gateway.by_port import ByPort
from aios_defs.gateway.dagster_pages import DagsterPages
from aios_defs.gateway.first_look import FirstLook
from aios_defs.gateway.hooks import hooks_app
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.gateway.listening import Listeners
from aios_defs.gateway.mirror import DagsterMirror
from aios_defs.gateway.news import Teller
from aios_defs.gateway.ports import HOST, Sockets, inherit
from aios_defs.gateway.quiet_log import set_up_log
from aios_defs.gateway.rounds import count, intake, retention, telling, watch
from aios_defs.services.hold import is_held
from aios_defs.services.seed import apply_business
from aios_defs.services.sessions import make_link
from aios_defs.services.trust import begin_home
from aios_defs.settings.environment import Settings, load_settings
from aios_defs.settings.version import aios_version
from resources.begun_home import open_demo
from resources.erasing import finish_erasures
from resources.home import Home, open_home
from resources.told_backups import tell_backups

LANE_SECONDS = 8.0
"""How long what is on the wire may take when the gateway ends."""
_STREAM_SECONDS = 3
_HELD_SECONDS = 1.0
"""How often it is looked whether a restored home may be written."""
_REST_SECONDS = 2.0
"""How long the other parts may take to end; what is left is done after the next start."""


class Part(Protocol):
    """Something of the gateway that works in a thread of its own."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self, timeout: float) -> object:
        """Begin nothing more, and wait so many seconds for what is under way."""
        ...


class _Server(uvicorn.Server):
    """A server whose end is asked for by ours: its own handlers would raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True, kw_only=True)
class Gateway:
    """The serving process of an open home."""

    desk: Desk
    lane: InteractiveLane
    sockets: Sockets
    mirror: DagsterMirror
    teller: Teller
    _parts: tuple[Part, ...] = field(init=False)
    _app: ByPort = field(init=False)
    _server: uvicorn.Server = field(init=False)
    _ending: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        """Put the console behind its port; the others follow."""
        self._app = ByPort({port: name for name, port in self.sockets.ports.items()})
        self._app.serve("console", console_app(self.desk))
        self._app.serve("hooks", hooks_app(self.desk))
        kernel = self.desk.kernel
        taking_in = intake(kernel, self.lane.run)
        self._parts = (
            taking_in,
            Listeners(kernel.connectors, taking_in.wake),
            watch(kernel),
            telling(kernel, self.desk.home.messengers),
            count(kernel),
            self.mirror,
            DagsterPages(self.desk, self._serve_pages),
            retention(kernel, self.desk.home.path),
        )
        self._server = _Server(
            uvicorn.Config(
                self._app,
                lifespan="off",
                access_log=False,
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_STREAM_SECONDS,
            )
        )

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, and end what was begun."""
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: self._end())
        threading.Thread(target=self._begin, name="gateway-begin", daemon=True).start()
        self._server.run(sockets=list(self.sockets.listening))
        self._rest()

    def _begin(self) -> None:
        link = f"{self.desk.origin}/login?token={make_link(self.desk.kernel)}"
        self.teller.tell("console", address=self.desk.origin, link=link)
        self._wait_while_held()
        if not self._ending.is_set():
            self.lane.start()
            FirstLook(lane=self.lane, kernel=self.desk.kernel, teller=self.teller).run()
        if not self._ending.is_set():
            for one in self._parts:
                one.start()

    def _wait_while_held(self) -> None:
        """Serve only the console while a restored home is read-only; another process confirms."""
        kernel = self.desk.kernel
        if not is_held(kernel.ledger):
            return
        self.teller.tell("held")
        while not self._ending.wait(_HELD_SECONDS) and is_held(kernel.ledger):
            pass
        if not self._ending.is_set():
            apply_business(kernel)

    def _serve_pages(self, app: ASGIApp) -> None:
        self._app.serve("dagster", app)
        self.teller.tell("dagster", address=self.desk.dagster_origin)

    def _end(self) -> None:
        """Begin to end, once: the lane takes nothing up, the listeners close."""
        self._server.should_exit = True
        if not self._ending.is_set():
            self._ending.set()
            threading.Thread(target=self._rest, name="gateway-end", daemon=True).start()
            self._app.end()

    def _rest(self) -> None:
        """Let nothing more be begun, then wait for what is under way."""
        for one in (self.lane, *self._parts):
            one.stop(0.0)
        self.lane.stop(LANE_SECONDS)
        end = time.monotonic() + _REST_SECONDS
        for one in self._parts:
            one.stop(max(0.0, end - time.monotonic()))


def serve(fds: tuple[int, ...], teller: Teller, *, is_demo: bool) -> int:
    """Open the home and serve it on inherited sockets until a signal; returns the exit code.

    Raises:
        HomeMissing, ConfigurationInvalid, KeyMissing, …: as `resources.home.open_home` says.

    """
    settings = load_settings()
    set_up_log(settings.log_level)
    teller.tell("opening")
    home = _open(settings, is_demo=is_demo)
    sockets = inherit(fds)
    origin = _origin(settings.public_url, sockets.ports["console"])
    mirror = DagsterMirror(home, origin)
    lane = InteractiveLane(home.kernel, mirror=mirror)
    desk = Desk(
        home=home,
        lane=lane,
        origin=origin,
        dagster_origin=_origin(settings.dagster_public_url, sockets.ports["dagster"]),
    )
    try:
        Gateway(desk=desk, lane=lane, mirror=mirror, sockets=sockets, teller=teller).run()
    finally:
        home.ledger.close()
    return 0


def _open(settings: Settings, *, is_demo: bool) -> Home:
    if is_demo:
        return open_demo(settings)
    home = open_home(settings)
    begin_home(home.kernel, is_demo=False, version=aios_version())
    finish_erasures(home)
    tell_backups(home)
    if not is_held(home.ledger):
        apply_business(home.kernel)
    return home


def _origin(public: str | None, port: int) -> str:
    return public.rstrip("/") if public else f"http://{HOST}:{port}"

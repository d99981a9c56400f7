"""Owns a guarded console for attacks: the real app behind the real guard, and what it wrote."""

from dataclasses import dataclass, field
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from aios_defs.console.app import console_app
from aios_defs.console.desk import Desk as ConsoleDesk
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.nonces import new_nonce
from aios_defs.services.sessions import find_session, log_in, make_link
from tests.integration.console.kit import ORIGIN, QuietLane
from tests.integration.console.promises import HeldClient
from tests.integration.desk import Desk

COOKIE = "aios-console-3000"
PAGE = {"accept": "text/html", "sec-fetch-site": "none", "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document"}  # fmt: skip
"""What a browser sends when a person opens an address."""
FORM = {"origin": ORIGIN, "sec-fetch-site": "same-origin", "accept": "text/html"}
"""What a browser sends with a form of one of our pages."""


@dataclass(slots=True)
class Stage:
    """The console behind its guard, and a client without cookies of its own.

    `origin` is where it is reached; `head` tells whether anything was written.
    """

    desk: Desk
    origin: str = ORIGIN
    dagster_origin: str | None = None
    lane: QuietLane = field(default_factory=QuietLane)
    app: Any = field(init=False)
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        """Guard the console of the desk's home."""
        desk = ConsoleDesk(
            home=self.desk.home,
            lane=self.lane,
            origin=self.origin,
            dagster_origin=self.dagster_origin,
        )
        self.app = console_app(desk)
        self.client = self.browser()

    @property
    def kernel(self) -> Kernel:
        """The kernel of the open home."""
        return self.desk.kernel

    @property
    def head(self) -> int:
        """The last position of the ledger."""
        with self.kernel.ledger.view() as view:
            return view.head().position

    def browser(self, origin: str | None = None) -> TestClient:
        """Return a client with an empty cookie jar, which follows nothing by itself."""
        return HeldClient(self.app, base_url=origin or self.origin, follow_redirects=False)

    def secret(self) -> str:
        """Return the cookie's secret of a new session."""
        return log_in(self.kernel, make_link(self.kernel), agent="test")

    def session(self, secret: str) -> SessionRow | None:
        """Return the live session of a secret."""
        return find_session(self.kernel, secret, kind="console", is_active=False)

    def logged_in(self) -> tuple[TestClient, SessionRow]:
        """Return a client that carries a session's cookie, and the session."""
        secret = self.secret()
        session = self.session(secret)
        assert session is not None
        client = self.browser()
        client.cookies.set(COOKIE, secret, domain="127.0.0.1")
        return client, session

    def nonce(self, session: SessionRow, about: str) -> str:
        """Return a nonce of a session."""
        return new_nonce(self.kernel, session.id, about)

    def log_in_by_form(self, client: TestClient, **values: str) -> Response:
        """Send the login page's form with a fresh link."""
        data = {"token": make_link(self.kernel), "to": "", **values}
        return client.post("/login", data=data, headers=FORM)

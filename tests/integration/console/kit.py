"""Owns a console for tests: a real home, the real pages behind the real login, driven over ASGI."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from aios_defs.console.app import bare_app
from aios_defs.console.background import Background
from aios_defs.console.desk import Desk as ConsoleDesk
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.nonces import new_nonce
from aios_defs.services.sessions import find_session, log_in, make_link
from tests.integration.console.promises import HeldClient
from tests.integration.desk import Desk

ORIGIN = "http://127.0.0.1:3000"


@dataclass(slots=True)
class QuietLane:
    """A lane that only remembers what it was asked, for pages whose acts wake it."""

    woken: int = 0
    ran: list[str] = field(default_factory=list[str])
    handed: list[bytes] = field(default_factory=list[bytes])

    def wake(self) -> None:
        """Count."""
        self.woken += 1

    def run(self, workflow: str, item: bytes | None = None) -> JsonObject:
        """Remember the workflow, and what was handed in for it."""
        self.ran.append(workflow)
        self.handed += [item] if item is not None else []
        blank: JsonObject = dict.fromkeys(("message_id", "task_id", "run_id"))
        lists: JsonObject = {"counts": {}, "failed": [], "cards": []}
        return {"workflow": workflow, "outcome": "looked", **blank, **lists}

    def health(self) -> JsonObject:
        """Return that all is well."""
        quiet: JsonObject = dict.fromkeys(("error", "since", "last_round", "mirror"))
        return {"state": "working", "rounds": 0, "counts": {}, **quiet}


@dataclass(slots=True)
class Console:
    """The pages over a desk's home; every request carries a session, as the guard would see to.

    `post` makes the nonce that the page would have carried; `nonce=` overrides it.
    """

    desk: Desk
    lane: QuietLane = field(default_factory=QuietLane)
    dagster_origin: str | None = None
    session: SessionRow = field(init=False)
    client: TestClient = field(init=False)
    looks: Background = field(init=False)

    def __post_init__(self) -> None:
        """Log in, and put the session where the guard puts it."""
        self.session = self.log_in()
        desk = ConsoleDesk(
            home=self.desk.home, lane=self.lane, origin=ORIGIN, dagster_origin=self.dagster_origin
        )
        self.looks = desk.looks
        app = WithSession(bare_app(desk), self)
        self.client = HeldClient(app, base_url=ORIGIN, follow_redirects=False)

    @property
    def kernel(self) -> Kernel:
        """The kernel of the open home."""
        return self.desk.kernel

    def log_in(self) -> SessionRow:
        """Return a new session, as another browser would get it."""
        secret = log_in(self.kernel, make_link(self.kernel), agent="test")
        session = find_session(self.kernel, secret, kind="console")
        assert session is not None
        return session

    def get(self, path: str, **params: str) -> Response:
        """Return a page."""
        return self.client.get(path, params=params)

    def json(self, path: str, **params: str) -> Any:  # noqa: ANN401 - whatever the API returns
        """Return what an address of the API answers; fails unless it is 200."""
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def looked(self, name: str) -> None:
        """Wait until a slow look beside the page is over."""
        assert self.looks.settle(name, 20)

    def nonce(self, about: str) -> str:
        """Return a nonce as the page of this session would carry it."""
        return new_nonce(self.kernel, self.session.id, about)

    def post(self, path: str, about: str, **values: Any) -> Response:  # noqa: ANN401 - form values
        """Send a form as a browser does, with the nonce of its page."""
        return self.client.post(path, data={"nonce": self.nonce(about), **values})

    def call(self, path: str, about: str, **values: Any) -> Response:  # noqa: ANN401 - JSON values
        """Send JSON as a program does, with a nonce."""
        return self.client.post(path, json={"nonce": self.nonce(about), **values})


@dataclass(slots=True)
class WithSession:
    """Gives every request the session of the console under test."""

    app: FastAPI
    console: Console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a session."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["session"] = self.console.session
        await self.app(scope, receive, send)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def words(page: Response) -> str:
    """Return what a person reads on a page: its text, runs of white space as one space."""
    parser = _Words()
    parser.feed(page.text)
    return re.sub(r"\s+", " ", " ".join(parser.parts)).strip()

"""Owns Dagster's real app behind our guard and filter, for attacks on it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.types import ASGIApp

from aios_defs.console.desk import Desk as ConsoleDesk
from aios_defs.core.rows.access import SessionRow
from aios_defs.gateway.dagster_origin import ENTER, dagster_app
from aios_defs.services.sessions import make_ticket
from tests.integration.attacks.kit import Stage
from tests.integration.console.kit import ORIGIN

PAGES = "http://127.0.0.1:3001"
COOKIE = "aios-dagster-3001"
HANDED = {"origin": ORIGIN, "accept": "text/html", "sec-fetch-site": "same-site"}
"""What a browser sends with the console's form to Dagster's origin."""
ASKED = {"origin": PAGES, "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty"}
"""What a browser sends when one of Dagster's pages asks."""
HARMLESS = 'mutation Go { terminateRun(runId: "none") { __typename } }'
"""A mutation of the list, about a run that is not there."""
WIPE = 'mutation Go { deletePipelineRun(runId: "none") { __typename } }'
"""A mutation off the list."""


@dataclass(slots=True)
class DagsterStage:
    """Dagster's pages at their origin, with a console session whose tickets let in."""

    stage: Stage
    web: ASGIApp
    app: ASGIApp = field(init=False)
    session: SessionRow = field(init=False)
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        """Guard the app, and let one browser in."""
        desk = ConsoleDesk(
            home=self.stage.desk.home,
            lane=self.stage.lane,
            origin=ORIGIN,
            dagster_origin=PAGES,
        )
        self.app = dagster_app(desk, self.web)
        _, self.session = self.stage.logged_in()
        self.client = self.browser()
        self.enter(self.client, self.ticket())

    def browser(self) -> TestClient:
        """Return a client with an empty cookie jar, which follows nothing by itself."""
        return TestClient(self.app, base_url=PAGES, follow_redirects=False)

    def ticket(self) -> str:
        """Return a fresh way in."""
        return make_ticket(self.stage.kernel, self.session.id)

    def enter(self, client: TestClient, ticket: str, to: str = "/") -> Response:
        """Send the console's form."""
        return client.post(ENTER, data={"ticket": ticket, "to": to}, headers=HANDED)

    def ask(self, query: Any, **more: Any) -> Response:  # noqa: ANN401 - whatever an attacker sends
        """Ask GraphQL as a page of Dagster's does."""
        return self.client.post("/graphql", json={"query": query, **more}, headers=ASKED)

    def listen(
        self, client: TestClient | None = None, origin: str = PAGES, path: str = "/graphql"
    ) -> AbstractContextManager[WebSocketTestSession]:
        """Open a websocket as a page of Dagster's does."""
        headers = {"origin": origin}
        return (client or self.client).websocket_connect(
            f"ws://127.0.0.1:3001{path}", headers=headers, subprotocols=["graphql-ws"]
        )

"""Proves that Dagster's pages can still be an app of ours, and that we know all they can change."""

from collections.abc import Iterator

import pytest
from dagster_graphql.schema import create_schema
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from aios_defs.gateway.graphql_rules import ALLOWED, LAUNCHES, REFUSED
from resources.dagster_web import dagster_web


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    """Dagster's app over an empty workspace."""
    home = tmp_path_factory.mktemp("home")
    workspace = home / "workspace.yaml"
    workspace.write_text("load_from: []\n", encoding="utf-8")
    with dagster_web(home, workspace) as app:
        assert isinstance(app, Starlette)
        yield app


def test_the_pages_and_their_graphql_answer(web: Starlette) -> None:
    """The app serves the page and answers a query, with no command of Dagster's around it."""
    client = TestClient(web)

    page = client.get("/runs")
    answer = client.post("/graphql", json={"query": "{ version }"})

    assert page.status_code == 200
    assert "nonce-" in page.headers["content-security-policy"]
    assert answer.json()["data"]["version"] is not None


def test_no_telemetry_is_asked_for(web: Starlette) -> None:
    """The page is told that telemetry is off."""
    page = TestClient(web).get("/")

    assert '"telemetryEnabled": false' in page.text or "telemetryEnabled:false" in page.text


def test_every_route_is_one_that_the_filter_was_written_for(web: Starlette) -> None:
    """A new route of Dagster's has to be judged before it is let through."""
    paths = {
        (type(one).__name__, one.path)
        for one in web.routes
        if isinstance(one, Route | WebSocketRoute | Mount) and not str(one.name).endswith("static")
    }

    assert paths == {
        ("Route", "/server_info"),
        ("Route", "/dagit_info"),
        ("Route", "/graphql"),
        ("WebSocketRoute", "/graphql"),
        ("Route", "/logs/{path:path}"),
        ("Route", "/notebook"),
        ("Route", "/dagit/notebook"),
        ("Route", "/download_debug/{run_id:str}"),
        ("Route", "/report_asset_materialization/{asset_key:path}"),
        ("Route", "/report_asset_check/{asset_key:path}"),
        ("Route", "/report_asset_observation/{asset_key:path}"),
        ("Route", "/{path:path}"),
        ("Route", "/"),
    }


def test_every_mutation_is_allowed_or_refused() -> None:
    """What the installed schema can change is judged by name; what is judged is there."""
    mutation = create_schema().graphql_schema.mutation_type
    assert mutation is not None

    assert set(mutation.fields) == ALLOWED | set(REFUSED)
    assert not ALLOWED & set(REFUSED)
    assert LAUNCHES <= ALLOWED


def test_a_subscription_changes_nothing() -> None:
    """The three subscriptions of the schema only listen, so a websocket may start them."""
    subscription = create_schema().graphql_schema.subscription_type
    assert subscription is not None

    assert set(subscription.fields) == {
        "capturedLogs",
        "locationStateChangeEvents",
        "pipelineRunLogs",
    }

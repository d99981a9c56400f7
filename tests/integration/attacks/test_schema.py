"""Proves with generated requests that the API, behind its guard, answers and never fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok
from schemathesis.openapi import from_dict
from starlette.testclient import TestClient

from aios_defs.core.model import JsonObject
from tests.integration.attacks.crawl import furnish
from tests.integration.attacks.kit import Stage
from tests.integration.console.kit import ORIGIN
from tests.integration.desk import Desk

CONFORMANCE = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture
def furnished(desk: Desk) -> Stage:
    """The guarded console over a home with a card of each common kind."""
    furnish(desk)
    return Stage(desk)


def test_no_generated_request_makes_the_api_fail(furnished: Stage) -> None:
    """What fits the schema, or just misses it, with made up ids and with real ones: no 5xx.

    Every answer has a status, a content type and a body that the schema promises. None of them
    carries a nonce, so nothing changes either.
    """
    client, _ = furnished.logged_in()
    described: JsonObject = client.get("/api/openapi.json").json()
    real, before, labels = _real(furnished.desk), furnished.head, list[str]()

    for operation in _operations(described):
        labels.append(operation.label)

        @BOUNDED
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            for ids in ({}, {key: real[key] for key in case.path_parameters or {} if key in real}):
                case.path_parameters = {**(case.path_parameters or {}), **ids}
                answer = _sent(client, case)
                case.validate_response(answer, checks=CONFORMANCE)

        ask()

    assert len(labels) > 20
    assert furnished.head == before


def _operations(described: JsonObject) -> Iterator[Any]:
    """Yield every operation that the schema describes; fails when one can't be read."""
    for found in from_dict(described).get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def _real(desk: Desk) -> dict[str, str]:
    """Return ids that are there, by the names of parameters."""
    action, message = desk.action(), desk.messages()[0]
    return {
        "card_id": action.id,
        "given": action.id,
        "message_id": message.id,
        "profile_id": message.profile_id or "",
        "name": "support",
        "workflow": "support",
    }


def _sent(client: TestClient, case: Case) -> Response:
    """Send a case as one of our pages would: with its session, from its origin."""
    request = case.as_transport_kwargs(base_url=ORIGIN)
    has_json = "json" in request
    body: dict[str, Any] = {
        "json" if has_json else "content": request.get("json" if has_json else "data")
    }
    made = request.get("headers", {}).items()
    headers = {name: value for name, value in made if name.lower() != "authorization"}
    return client.request(
        request["method"],
        request["url"],
        params=request.get("params"),
        headers={**headers, "origin": ORIGIN},
        **body,
    )

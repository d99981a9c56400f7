"""Proves that work is handed in by a token or by a page's nonce, and by nothing else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from aios_defs.services.flow import run_one
from aios_defs.services.tokens import grant_token
from tests.integration.attacks.kit import Stage
from tests.integration.console.kit import ORIGIN
from tests.integration.desk import Mail

JSON = {"content-type": "application/json"}
MAIL = {"content-type": "message/rfc822"}
WORDS = {"from": "Kim A <kim@company.example>", "subject": "A question", "text": "How much?"}


@pytest.fixture
def token(stage: Stage) -> str:
    """A valid bearer token."""
    return grant_token(stage.kernel, "form", timedelta(days=1))


def call(stage: Stage, token: str, **values: Any) -> Response:  # noqa: ANN401 - what httpx takes
    """Hand in by bearer token."""
    headers = {"authorization": f"Bearer {token}", **values.pop("headers", {})}
    return stage.client.post("/flows/support", headers=headers, **values)


def test_a_token_runs_a_workflow(stage: Stage, token: str) -> None:
    """With no body it looks for new messages; the answer is the lane's."""
    answer = call(stage, token)

    assert answer.json()["workflow"] == "support"
    assert stage.lane.ran == ["support"]


def test_words_become_a_message(stage: Stage, token: str) -> None:
    """What a web form sends is taken in as a mail of that sender, with nothing that vouches."""
    call(stage, token, json=WORDS)
    found = run_one(stage.kernel, "support", stage.lane.handed[0])

    assert found["outcome"] in ("propose", "ask", "committed")
    row = stage.desk.messages()[0]
    assert row.authenticated == "none"


def test_the_same_words_are_the_same_message(stage: Stage, token: str) -> None:
    """A repeated call changes nothing; an `id` tells two apart."""
    for more in ({}, {}, {"id": "1"}, {"id": "2"}):
        call(stage, token, json={**WORDS, **more})

    assert stage.lane.handed[0] == stage.lane.handed[1]
    assert len(set(stage.lane.handed)) == 3


def test_a_mail_is_handed_on_as_it_is(stage: Stage, token: str) -> None:
    """Raw bytes reach the lane untouched."""
    mail = Mail(text="How much?").raw(1)

    call(stage, token, content=mail, headers=MAIL)

    assert stage.lane.handed == [mail]


@pytest.mark.parametrize(
    "words",
    [
        {"from": "a@b.example\r\nBcc: x@y.example"},
        {"subject": "a\nX-Injected: 1"},
        {"from": ["a@b.example"]},
        {"text": None},
        {"from": ""},
        {"subject": "\ud800"},
        {"id": 7},
    ],
)
def test_words_that_make_no_message_are_refused(
    stage: Stage, token: str, words: dict[str, Any]
) -> None:
    """A line end smuggles no header in; the answer says what is wrong."""
    body = json.dumps({**WORDS, **words})
    answer = call(stage, token, content=body, headers=JSON)

    if answer.status_code == 200:
        outcome = run_one(stage.kernel, "support", stage.lane.handed[0])["outcome"]
        assert outcome == "quarantined"
    else:
        assert answer.status_code == 422
        assert answer.json()["code"] == "usage_invalid"


@pytest.mark.parametrize("content", [b"[]", b"1", b"{", b'"x"', b"[" * 100_000, b"\xff"])
def test_json_that_is_no_object_is_refused(stage: Stage, token: str, content: bytes) -> None:
    """Whatever the body is, the answer is a problem, never a fault."""
    assert call(stage, token, content=content, headers=JSON).status_code == 422


def test_another_kind_of_content_is_refused(stage: Stage, token: str) -> None:
    """A form hands nothing in."""
    assert call(stage, token, data={"from": "x"}).status_code == 422
    assert not stage.lane.ran


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", "wrong"])
def test_a_wrong_token_is_refused(stage: Stage, given: str) -> None:
    """A cookie beside it does not help: what says it has a token is judged by it."""
    client, _ = stage.logged_in()

    answer = client.post("/flows/support", headers={"authorization": given or "Bearer", **JSON})

    assert answer.status_code == 401
    assert "bearer" in answer.headers["www-authenticate"].lower()
    assert not stage.lane.ran


def test_a_token_opens_nothing_else(stage: Stage, token: str) -> None:
    """It reads no page and no API, and ends no session."""
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

    for path in ("/inbox", "/api/inbox", "/api/openapi.json", "/live", "/flowsx", "/"):
        assert stage.client.get(path, headers=headers).status_code == 401, path
    assert stage.client.post("/logout", headers={**headers, "origin": ORIGIN}).status_code == 401
    assert stage.client.post("/pause", headers=headers).status_code == 401


def test_a_token_is_no_cookie_and_a_cookie_no_token(stage: Stage, token: str) -> None:
    """Each secret opens its own door only."""
    secret = stage.secret()
    cookie = {"cookie": f"aios-console-3000={token}", "accept": "application/json"}

    assert stage.client.get("/inbox", headers=cookie).status_code == 401
    assert call(stage, secret).status_code == 401


def test_an_expired_token_is_refused(stage: Stage, token: str) -> None:
    """It is worth nothing from the moment it was granted for."""
    stage.desk.wait(days=1)

    assert call(stage, token).status_code == 401


def test_a_session_needs_a_nonce(stage: Stage) -> None:
    """A page hands in with a nonce about running this workflow, once."""
    client, session = stage.logged_in()
    nonce = stage.nonce(session, "run:support")
    headers = {"origin": ORIGIN, **JSON}

    without = client.post("/flows/support", headers=headers, json={})
    first = client.post("/flows/support", headers=headers, json={"nonce": nonce})
    again = client.post("/flows/support", headers={**headers, "x-aios-nonce": nonce})

    assert [one.status_code for one in (without, first, again)] == [403, 200, 403]
    assert stage.lane.ran == ["support"]


def test_a_token_in_a_foreign_page_is_refused(stage: Stage, token: str) -> None:
    """A browser that sends an Origin is held to it, whatever else it sends."""
    answer = call(stage, token, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403

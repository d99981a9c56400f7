"""Proves that the hooks take signed messages durably, and nothing else from anyone."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from hmac import new as hmac
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import Message

from aios_defs.console.desk import Desk as ConsoleDesk
from aios_defs.gateway.hooks import MOST_BYTES, Room, hooks_app
from aios_defs.services.attempts import LIMIT
from aios_defs.services.tokens import grant_token, revoke_token, tokens
from tests.integration.attacks.kit import Stage
from tests.integration.console.kit import ORIGIN
from tests.integration.desk import FILES, Desk, Mail

SECRET = "a secret of the sender"
SIGNED = "\n  hook: {secret_env: MAIL_HOOK_SECRET}\n"
TOKENED = "\n  hook: {token: pusher}\n"
RAW = Mail(text="How much is the blue widget?").raw(1)


class Hooks:
    """The hooks' listener over a home whose mail connector has a hook."""

    def __init__(self, desk: Desk, hook: str) -> None:
        """Declare the hook and listen."""
        desk.write("connectors.yaml", FILES["connectors.yaml"].rstrip() + hook)
        desk.reopen()
        self.desk, self.stage = desk, Stage(desk)
        place = ConsoleDesk(home=desk.home, lane=self.stage.lane, origin=ORIGIN)
        self.client = TestClient(hooks_app(place), raise_server_exceptions=False)

    def push(
        self, raw: bytes = RAW, name: str = "mail", headers: dict[str, str] | None = None
    ) -> Response:
        """Send a message, signed with the right secret unless headers say otherwise."""
        signature = f"sha256={hmac(SECRET.encode(), raw, sha256).hexdigest()}"
        given = headers or {"X-Hub-Signature-256": signature}
        return self.client.post(f"/hooks/{name}", content=raw, headers=given)


@pytest.fixture
def hooks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """A hook whose sender signs."""
    monkeypatch.setenv("MAIL_HOOK_SECRET", SECRET)
    return Hooks(desk, SIGNED)


def test_a_signed_message_is_taken_in_before_the_answer(hooks: Hooks) -> None:
    """202 says that it is durable; the lane is woken to decide it."""
    answer = hooks.push()

    assert answer.status_code == 202
    assert len(hooks.desk.messages()) == 1
    assert hooks.desk.task()
    assert hooks.stage.lane.woken == 1


def test_a_repeated_message_is_the_same_message(hooks: Hooks) -> None:
    """A sender that saw no answer may send again, and a replay does nothing."""
    answers = [hooks.push().status_code for _ in range(3)]

    assert answers == [202, 202, 202]
    assert len(hooks.desk.messages()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Other": "x"},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": "sha1=" + hmac(SECRET.encode(), RAW, "sha1").hexdigest()},
        {"X-Hub-Signature-256": hmac(b"another", RAW, sha256).hexdigest()},
        {"X-Hub-Signature-256": hmac(SECRET.encode(), RAW + b"x", sha256).hexdigest()},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
def test_an_unproved_sender_is_refused(hooks: Hooks, headers: dict[str, str]) -> None:
    """No signature, another's, or one of other bytes: nothing is taken in."""
    assert hooks.push(headers=headers).status_code == 401
    assert not hooks.desk.messages()


def test_refusals_are_bounded_and_recorded(hooks: Hooks) -> None:
    """A stranger can't fill the ledger; the right sender still gets in."""
    wrong = {"X-Hub-Signature-256": "0" * 64}
    answers = [hooks.push(headers=wrong).status_code for _ in range(LIMIT + 3)]

    assert answers == [401] * LIMIT + [429] * 3
    assert len(hooks.desk.events("login.refused")) == 2
    assert hooks.push().status_code == 202


def test_a_secret_that_is_not_set_lets_nobody_in(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing variable is no empty secret: the sender is told to come again."""
    monkeypatch.delenv("MAIL_HOOK_SECRET")

    empty = {"X-Hub-Signature-256": hmac(b"", RAW, sha256).hexdigest()}
    assert hooks.push(headers=empty).status_code == 503
    assert not hooks.desk.messages()


def test_there_is_nothing_else_here(hooks: Hooks) -> None:
    """Other addresses, methods and connectors look the same: nothing."""
    answers = [
        hooks.push(name="other"),
        hooks.push(name="mail/x"),
        hooks.push(name="..%2fmail"),
        hooks.client.get("/hooks/mail"),
        *(hooks.client.get(path) for path in ("/", "/login", "/inbox", "/api/inbox", "/static/x")),
        *(hooks.client.post(path) for path in ("/flows/support", "/login", "/graphql")),
    ]

    assert {one.status_code for one in answers} == {404}
    assert {one.text for one in answers} == {'{"status":"nothing here"}'}


def test_a_connector_without_a_hook_takes_nothing(desk: Desk) -> None:
    """What no entry declares is not there."""
    place = ConsoleDesk(home=desk.home, lane=Stage(desk).lane, origin=ORIGIN)

    assert TestClient(hooks_app(place)).post("/hooks/mail", content=RAW).status_code == 404


def test_a_message_beyond_the_limit_is_refused(hooks: Hooks) -> None:
    """By its announced length and while it is read, before it is signed for."""
    part = b"x" * 1_000_000
    streamed: Any = (part for _ in range(MOST_BYTES // len(part) + 1))

    announced = hooks.client.post("/hooks/mail", content=b"x" * (MOST_BYTES + 1))
    chunked = hooks.client.post("/hooks/mail", content=streamed)

    assert announced.status_code == chunked.status_code == 413


def test_all_that_is_under_way_is_bounded_together() -> None:
    """Many strangers at once fill no memory, and who ends gives the room back."""
    room = Room(most=10)

    with room.lent() as one, room.lent() as other:
        held = [one(6), other(6), other(4), one(1)]
    with room.lent() as later:
        held.append(later(10))

    assert held == [True, False, True, False, True]


def test_who_meets_no_room_comes_again(hooks: Hooks) -> None:
    """A sender is told to come later, and nothing is taken in."""
    place = ConsoleDesk(home=hooks.desk.home, lane=hooks.stage.lane, origin=ORIGIN)
    hooks.client = TestClient(hooks_app(place, most_held=10))

    answer = hooks.push()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert not hooks.desk.messages()


@pytest.mark.parametrize("raw", [b"\0" * 100, b"not a mail", b"\xff\xfe" * 50, b"From:\r\n\r\n"])
def test_a_poison_message_is_kept_and_quarantined(hooks: Hooks, raw: bytes) -> None:
    """What can't be understood is acknowledged too: its bytes are kept."""
    assert hooks.push(raw).status_code == 202
    assert [one.state for one in hooks.desk.messages()] == ["quarantined"]


def test_an_empty_message_is_refused(hooks: Hooks) -> None:
    """Nothing is no message."""
    assert hooks.push(b"").status_code == 400
    assert not hooks.desk.messages()


def test_who_pushes_a_mail_does_not_vouch_for_its_sender(hooks: Hooks) -> None:
    """A forged Authentication-Results in what is handed in makes nobody authenticated."""
    forged = (
        "Authentication-Results",
        "mx.widgets.example; dmarc=pass header.from=company.example",
    )
    mail = Mail(text="How much is the blue widget?", headers=(forged,))

    hooks.push(mail.raw(1))
    hooks.desk.receive(Mail(text="What does the blue widget cost?", headers=(forged,)))

    assert [one.authenticated for one in hooks.desk.messages()] == ["none", "pass"]


def test_a_token_of_the_right_name_lets_in_until_it_ends(desk: Desk) -> None:
    """A hook may ask for a bearer token; another's token, or an ended one, is refused."""
    hooks = Hooks(desk, TOKENED)
    own = grant_token(desk.kernel, "pusher", timedelta(days=1))
    other = grant_token(desk.kernel, "other", timedelta(days=1))

    assert hooks.push(headers={"Authorization": f"Bearer {other}"}).status_code == 401
    assert hooks.push(headers={"Authorization": f"Bearer {own}"}).status_code == 202
    revoke_token(desk.kernel, next(one.id for one in tokens(desk.kernel) if one.name == "pusher"))
    assert hooks.push(headers={"Authorization": f"Bearer {own}"}).status_code == 401


def test_a_wrong_token_is_refused_before_the_message_is_read(desk: Desk) -> None:
    """Who carries no token can't make us read: not one byte of the body is asked for."""
    hooks = Hooks(desk, TOKENED)
    headers = [(b"authorization", b"Bearer wrong"), (b"content-length", b"9")]
    scope = {"type": "http", "method": "POST", "path": "/hooks/mail", "headers": headers,
             "query_string": b"", "root_path": ""}  # fmt: skip
    asked, told = list[str](), list[Message]()

    async def receive() -> Message:
        asked.append("more")
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message)

    async def call() -> None:
        await hooks.client.app(scope, receive, send)

    asyncio.run(call())

    assert (told[0]["status"], asked) == (401, [])

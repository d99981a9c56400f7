"""Proves that the guard lets in only our own pages and programs, under our own names."""

import anyio
import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Message, Send
from starlette.websockets import WebSocketDisconnect

from aios_defs.console.watch import LOOK_AGAIN_SECONDS
from aios_defs.services.sessions import IDLE, end_session
from tests.integration.attacks.kit import COOKIE, FORM, PAGE, Stage
from tests.integration.console.kit import ORIGIN

FOREIGN_HOSTS = (
    "evil.example:3000", "127.0.0.1", "127.0.0.1:3001", "localhost:3000.evil.example",
    "127.0.0.1:3000@evil.example", "[::1]:3000", "0.0.0.0:3000", "localhost.:3000", "",
)  # fmt: skip
FOREIGN_ORIGINS = (
    "https://evil.example", "null", "http://127.0.0.1:3001", "http://127.0.0.1", "",
    "https://127.0.0.1:3000", "http://localhost:3000", "http://127.0.0.1:3000.evil.example",
)  # fmt: skip


def test_a_person_without_a_session_is_led_to_the_login_page(stage: Stage) -> None:
    """The page that was asked for is kept, to be opened after the login."""
    answer = stage.client.get("/inbox/abc?x=1", headers=PAGE)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?to=/inbox/abc%3Fx%3D1"


def test_a_program_without_a_session_gets_a_problem(stage: Stage) -> None:
    """The API answers 401 as RFC 9457 says, with the way in."""
    answer = stage.client.get("/api/activity")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "aios login" in answer.json()["remedy"]


def test_the_live_stream_needs_a_session(stage: Stage) -> None:
    """A stream is refused with 401, not led to a page that it could not read."""
    answer = stage.client.get("/live", headers={"accept": "text/event-stream"})

    assert answer.status_code == 401


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused(stage: Stage, host: str) -> None:
    """A name that was rebound to this machine reaches nothing, not even the login page."""
    client, _ = stage.logged_in()

    for path in ("/login", "/nowhere", "/static/app.css"):
        answer = client.get(path, headers={**PAGE, "host": host})
        assert answer.status_code == 403, path
        assert "host name" in answer.text


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_is_refused(stage: Stage, origin: str) -> None:
    """A form or script of another page is refused, whatever cookie the browser adds."""
    client, session = stage.logged_in()
    data = {"nonce": stage.nonce(session, "logout")}

    answer = client.post("/logout", data=data, headers={**FORM, "origin": origin})

    assert answer.status_code == 403
    assert stage.session(client.cookies[COOKIE]) is not None


def test_a_form_that_names_no_origin_is_refused(stage: Stage) -> None:
    """A cookie alone lets no POST in."""
    client, session = stage.logged_in()

    answer = client.post("/logout", data={"nonce": stage.nonce(session, "logout")})

    assert answer.status_code == 403
    assert stage.session(client.cookies[COOKIE]) is not None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_to_a_page_but_not_load_it(stage: Stage, site: str) -> None:
    """A followed link opens the page; a frame, an image or a script of it is refused."""
    client, _ = stage.logged_in()
    visit = {**PAGE, "sec-fetch-site": site}

    assert client.get("/nowhere", headers=visit).status_code == 404
    for mode, kind in (("navigate", "iframe"), ("no-cors", "image"), ("no-cors", "script")):
        loaded = {**visit, "sec-fetch-mode": mode, "sec-fetch-dest": kind}
        assert client.get("/nowhere", headers=loaded).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "/inbox/%00", "//evil.example/",
        "/inbox/..%5c..%5cx", "/static/%2E%2E%2Fapp.py", "/inbox/a%0d%0aSet-Cookie:x",
        "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_a_path_written_to_deceive_is_refused(stage: Stage, path: str) -> None:
    """Encoded slashes, dots and control characters reach no route."""
    client, _ = stage.logged_in()

    answer = client.get(ORIGIN + path, headers=PAGE)

    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(stage: Stage, method: str) -> None:
    """Only GET, HEAD and POST are taken."""
    client, _ = stage.logged_in()

    assert client.request(method, "/inbox", headers=FORM).status_code == 405


def test_two_hosts_or_origins_in_one_request_are_refused(stage: Stage) -> None:
    """What proxies and applications might read differently is not read at all."""
    client, _ = stage.logged_in()
    twice = [("origin", ORIGIN), ("origin", "https://evil.example")]

    assert client.get("/nowhere", headers=twice).status_code == 400


def test_a_body_beyond_the_limit_is_refused(stage: Stage) -> None:
    """A long body is refused by its announced length, and while it is read."""
    client, _ = stage.logged_in()

    announced = client.post("/login", content=b"x" * 20_000, headers=FORM)
    streamed = client.post("/login", content=(b"x" * 5_000 for _ in range(4)), headers=FORM)

    assert announced.status_code == streamed.status_code == 413


def test_every_answer_carries_the_security_headers(stage: Stage) -> None:
    """Pages, files, redirects and refusals alike: no inline script, no frame, no sniffing."""
    client, _ = stage.logged_in()
    answers = [
        client.get("/login", headers=PAGE),
        client.get("/static/app.css"),
        stage.client.get("/inbox", headers=PAGE),
        client.get("/nowhere", headers={**PAGE, "host": "evil.example"}),
    ]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answers[0].headers["cache-control"] == "no-store"


def test_a_console_has_no_websocket(stage: Stage) -> None:
    """With a session or without, from our page or another: it is closed before it opens."""
    client, _ = stage.logged_in()

    for one, headers in ((stage.client, FORM), (client, FORM), (client, {"origin": "null"})):
        with (
            pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
            one.websocket_connect("ws://127.0.0.1:3000/live", headers=headers),
        ):
            pass


def test_what_a_page_fetches_keeps_no_session_alive(stage: Stage) -> None:
    """A forgotten tab that refreshes itself is logged out after 12 hours."""
    client, _ = stage.logged_in()
    fetched = {"accept": "text/html", "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty"}

    for _ in range(12):
        assert client.get("/nowhere", headers=fetched).status_code == 404
        stage.desk.wait(hours=1)

    assert client.get("/nowhere", headers=fetched).status_code == 303


def test_reading_by_hand_keeps_a_session_alive(stage: Stage) -> None:
    """Who opens a page now and then stays logged in beyond 12 hours."""
    client, _ = stage.logged_in()

    for _ in range(4):
        assert client.get("/nowhere", headers=PAGE).status_code == 404
        stage.desk.wait(seconds=IDLE.total_seconds() / 2)


def test_a_cookie_that_another_port_planted_shuts_nobody_out(stage: Stage) -> None:
    """Cookies ignore ports: one of our name beside ours is passed over."""
    secret = stage.secret()
    cookie = f"{COOKIE}=planted; other=1; {COOKIE}={secret}"

    answer = stage.client.get("/nowhere", headers={**PAGE, "cookie": cookie})

    assert answer.status_code == 404


def test_a_stream_ends_soon_after_its_session(stage: Stage) -> None:
    """Who is logged out learns nothing more from a page that was left open."""
    client, session = stage.logged_in()
    told = list[Message]()

    async def send(message: Message) -> None:
        told.append(message)
        if len(told) == 2:
            end_session(stage.kernel, session.id)
            stage.desk.wait(seconds=LOOK_AGAIN_SECONDS)

    anyio.run(_stream, stage, client.cookies[COOKIE], send)

    assert [one.get("more_body") for one in told] == [None, True, False]


async def _stream(stage: Stage, secret: str, send: Send) -> None:
    cookie = (b"cookie", f"{COOKIE}={secret}".encode())
    headers = [(b"host", b"127.0.0.1:3000"), (b"accept", b"text/event-stream"), cookie]
    scope = {"type": "http", "method": "GET", "path": "/live", "headers": headers,
             "query_string": b"", "raw_path": b"/live", "root_path": "",
             "asgi": {"spec_version": "2.4"}}  # fmt: skip
    with anyio.fail_after(10):
        await stage.app(scope, anyio.sleep_forever, send)

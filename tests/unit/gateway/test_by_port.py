"""Proves that each port has its own application, and that streams end with the gateway."""

import asyncio

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from aios_defs.gateway.by_port import ByPort

PORTS = {3000: "console", 3001: "dagster"}


def saying(word: str) -> Starlette:
    async def say(_: object) -> PlainTextResponse:
        return PlainTextResponse(word)

    return Starlette(routes=[Route("/", say)])


def test_the_port_decides_who_answers_whatever_the_host_says() -> None:
    """The socket a request came by counts, not the Host that it names."""
    app = ByPort(PORTS)
    for name in PORTS.values():
        app.serve(name, saying(name))

    answers = [
        TestClient(app, base_url=f"http://127.0.0.1:{port}").get("/", headers={"Host": "x:3000"})
        for port in PORTS
    ]

    assert [one.text for one in answers] == ["console", "dagster"]


def test_what_is_not_there_yet_says_so() -> None:
    """An application that is still loading answers 503 and when to come again."""
    app = ByPort(PORTS)

    answer = TestClient(app, base_url="http://127.0.0.1:3001").get("/runs")

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_an_open_stream_is_told_to_end() -> None:
    """A reader that waits for the end of its client gets it when the gateway ends."""
    seen = list[str]()

    async def stream(_: Scope, receive: Receive, __: Send) -> None:
        seen.extend([(await receive())["type"], (await receive())["type"]])

    async def never(_: Message) -> None:
        return

    async def play() -> None:
        app = ByPort(PORTS)
        app.serve("console", stream)
        body = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return body.pop() if body else await asyncio.Future()

        scope = {"type": "http", "server": ("127.0.0.1", 3000)}
        running = asyncio.ensure_future(app(scope, receive, never))
        await asyncio.sleep(0)
        app.end()
        await running

    asyncio.run(play())

    assert seen == ["http.request", "http.disconnect"]

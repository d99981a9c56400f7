"""Owns which of the three applications answers: by the port that a request came to.

While the gateway ends, open streams are told that their reader is gone, so that they end too; a
request whose body is still read, and its answer, are let finish.
"""

import asyncio
from collections.abc import Mapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_RETRY = {"Retry-After": "2"}


class ByPort:
    """An ASGI app over several, each of its own port; one that is not there answers 503."""

    def __init__(self, names: Mapping[int, str]) -> None:
        """Know the ports by name; `serve` puts the applications behind them."""
        self._names = names
        self._apps = dict[str, ASGIApp]()
        self._ending = asyncio.Event()

    def serve(self, name: str, app: ASGIApp) -> None:
        """Put an application behind a port, from any thread."""
        self._apps[name] = app

    def end(self) -> None:
        """End the streams; only from the loop's own thread."""
        self._ending.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        name = self._names.get((scope.get("server") or ("", 0))[1], "")
        app = self._apps.get(name)
        if app is not None:
            await app(scope, self._heard(scope, receive), send)
        elif scope["type"] == "http":
            await _not_yet(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1013})

    def _heard(self, scope: Scope, receive: Receive) -> Receive:
        if scope["type"] != "http":
            return receive
        is_whole = False

        async def next_message() -> Message:
            nonlocal is_whole
            if is_whole:
                return await self._next_or_end(receive)
            message = await receive()
            is_whole = not message.get("more_body", False)
            return message

        return next_message

    async def _next_or_end(self, receive: Receive) -> Message:
        """Return the next message, or at the end that there is none to come."""
        tasks = {asyncio.ensure_future(receive()), asyncio.ensure_future(self._ending.wait())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            found = [one.result() for one in done]
        finally:
            for one in tasks:
                one.cancel()
        return next((one for one in found if isinstance(one, dict)), {"type": "http.disconnect"})


async def _not_yet(scope: Scope, receive: Receive, send: Send) -> None:
    text = "This part of AIOS is starting. Load the page again in a few seconds.\n"
    await PlainTextResponse(text, status_code=503, headers=_RETRY)(scope, receive, send)

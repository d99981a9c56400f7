"""Owns the guard in front of an origin: screening, session or token, size, security headers.

Pure ASGI, because a websocket passes by http middleware. Whoever has no session reaches only the
open paths of the door. A page that refreshes itself, a stream and a websocket keep no session alive
(OWASP Session Management), and a stream ends soon after its session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aios_defs.console.cookies import cookie_name, sent_secrets
from aios_defs.console.screening import aliases, screen
from aios_defs.console.watch import Watch
from aios_defs.core.errors import AiosError, RequestRefused
from aios_defs.core.rows.access import SessionKind, SessionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.sessions import find_session
from aios_defs.services.tokens import admit_token

_VIOLATION = 1008
_BEARER = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What differs between the origins that are guarded.

    `open_paths` need no session: exact, or everything below one that ends in a slash. `token_paths`
    take a bearer token instead. `guests` are the origins whose forms a path takes besides ours.
    `headers` are set unless the application set its own; `limit` is a path's most bytes of a body.
    """

    kernel: Kernel
    origin: str
    kind: SessionKind
    headers: Mapping[str, str]
    turned_away: Callable[[Request], Response]
    refused: Callable[[Request, AiosError], Response]
    limit: Callable[[str], int]
    open_paths: tuple[str, ...] = ()
    token_paths: tuple[str, ...] = ()
    guests: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


class Guard:
    """An ASGI app that lets through to another what its door admits."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        """Stand in front of this app."""
        self._app = app
        self._door = door
        self._origins = aliases(door.origin)
        self._cookie = cookie_name(door.origin, door.kind)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the session in the request's state, or answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scheme = "ws" if scope["type"] == "websocket" else "http"
        is_secure = self._door.origin.startswith("https:")
        state = {**scope.get("state", {}), "session": None, "token": None}
        scope = {**scope, "app": self._app, "scheme": scheme + "s" * is_secure, "state": state}
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, _dressed(send, self._door.headers))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, path = Request(scope), scope["path"]
        try:
            screen(scope, self._origins, guests=self._door.guests.get(path, ()))
            session = await self._admit(scope)
            if session is None and not scope["state"]["token"] and not self._is_open(path):
                await self._door.turned_away(request)(scope, receive, send)
                return
            receive = await _whole(scope, receive, self._door.limit(path))
        except AiosError as error:
            answer = await run_in_threadpool(self._door.refused, request, error)
            await answer(scope, receive, send)
            return
        await self._watch(session).http(self._app, scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            screen(scope, self._origins)
            session = await self._admit(scope)
        except AiosError:
            session = None
        if session is None:
            await receive()
            await send({"type": "websocket.close", "code": _VIOLATION, "reason": "no session"})
            return
        await self._watch(session).websocket(self._app, scope, receive, send)

    def _watch(self, session: SessionRow | None) -> Watch:
        return Watch(self._door.kernel, session.id if session else None)

    async def _admit(self, scope: Scope) -> SessionRow | None:
        """Put the session, or the bearer token, of a request into its state.

        Raises:
            LoginRefused: it carries a bearer token that is worth nothing.

        """
        given = Headers(scope=scope).get("authorization", "")
        if scope["path"].startswith(self._door.token_paths or "\0") and given:
            secret = given[len(_BEARER) :] if given.lower().startswith(_BEARER) else ""
            found = await run_in_threadpool(admit_token, self._door.kernel, secret.strip())
            scope["state"]["token"] = found
            return None
        scope["state"]["session"] = await self._session(scope)
        return scope["state"]["session"]

    async def _session(self, scope: Scope) -> SessionRow | None:
        is_active = _is_by_hand(scope)
        for secret in sent_secrets(scope, self._cookie):
            found = await run_in_threadpool(
                find_session,
                self._door.kernel,
                secret,
                kind=self._door.kind,
                is_active=is_active,
            )
            if found is not None:
                return found
        return None

    def _is_open(self, path: str) -> bool:
        return any(
            path.startswith(one) if one.endswith("/") else path == one
            for one in self._door.open_paths
        )


def _is_by_hand(scope: Scope) -> bool:
    """Return whether a person did this, not a page by itself."""
    headers = Headers(scope=scope)
    if scope["type"] == "websocket" or "text/event-stream" in headers.get("accept", ""):
        return False
    return headers.get("sec-fetch-dest", "document") == "document"


async def _whole(scope: Scope, receive: Receive, limit: int) -> Receive:
    """Return a receive that hands out the body as a whole, read within the limit.

    Raises:
        RequestRefused: it is longer, or ended before it was whole.

    """
    if scope["method"] != "POST":
        return receive
    given = Headers(scope=scope).get("content-length", "0")
    if not given.isascii() or not given.isdigit() or int(given) > limit:
        raise _too_large(limit)
    body = bytearray()
    is_whole = False
    while not is_whole:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > limit:
            raise _too_large(limit)
        is_whole = not message.get("more_body", False)
    waiting: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


def _too_large(limit: int) -> RequestRefused:
    return RequestRefused(
        f"A request to this address may have {limit} bytes, and this one has more or broke off.",
        remedy="Send less at once.",
        reason="size",
    )


def _dressed(send: Send, headers: Mapping[str, str]) -> Send:
    """Return a send that adds the door's headers where the application set none of that name."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            found = MutableHeaders(scope=message)
            for name, value in headers.items():
                found.setdefault(name, value)
        await send(message)

    return dressed

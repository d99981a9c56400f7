"""Owns the filter in front of Dagster's app: what of its http and websocket surface is reachable.

Pure ASGI, because a websocket passes by http middleware. Pages and their files are GET; /graphql is
a POST of one JSON object; a websocket reads and listens. What was judged is written anew before it
is passed on, so that Dagster reads the same words. No cookie and no credential gets through.

    http       /graphql     POST application/json, judged by graphql_rules
    http       other        GET and HEAD, unless the path names a report, a debug file, a notebook
    websocket  /graphql     each message judged; no mutation
"""

import json
import re
from collections.abc import Callable
from urllib.parse import unquote

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.gateway.graphql_rules import Request, refusal, runs_again

GRAPHQL = "/graphql"
MOST_BYTES = 1_000_000
"""How long a request or a message of a websocket may be."""

JobOf = Callable[[str], str | None]

_CLOSED = ("report_", "download_debug", "dagit", "notebook", "logs", "graphql")
"""Paths that begin so do not exist here, however they are written."""
_STRIPPED = (b"cookie", b"authorization", b"proxy-authorization")
_TRICKS = re.compile(r"//|\\|[\x00-\x1f\x7f]|(?:^|/)\.{1,2}(?:/|$)")
_ROUNDS = 5
_POLICY_VIOLATION = 1008

_STARTS = ("start", "subscribe")
_PASSING = ("connection_init", "connection_terminate", "stop", "complete", "ping", "pong")


class _Refused(Exception):
    """A request that does not pass: status and sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class DagsterFilter:
    """An ASGI app that lets through to Dagster's app only what its pages need."""

    def __init__(self, app: ASGIApp, job_of: JobOf) -> None:
        """Stand in front of this app; `job_of` tells the job of a run by its id."""
        self._app = app
        self._job_of = job_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, rewritten, or refuse."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await _websocket(self._app, _bare(scope), receive, send)
        else:
            await self._http(_bare(scope), receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: Response | None = None
        try:
            if scope["path"] == GRAPHQL and is_plain(scope):
                scope, receive = await _judged(scope, receive, self._job_of)
            else:
                _check_page(scope)
        except _Refused as error:
            answer = _answer(scope, error)
        await (answer or self._app)(scope, receive, _framed(send))


def _bare(scope: Scope) -> Scope:
    """Return the scope without cookies and credentials: they are the guard's, not Dagster's."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in _STRIPPED]
    return {**scope, "headers": kept}


def is_plain(scope: Scope) -> bool:
    """Return whether the path was sent as it reads, with nothing encoded."""
    raw = scope.get("raw_path")
    return raw is None or raw.split(b"?")[0] == scope["path"].encode()


def _check_page(scope: Scope) -> None:
    if scope["method"] not in {"GET", "HEAD"}:
        raise _Refused(405, "Dagster's pages are only read here. Use the buttons of its pages.")
    path = _decoded(scope["path"])
    if _TRICKS.search(path):
        raise _Refused(400, "This path is written in a way that AIOS does not follow. Go to /.")
    if path.lstrip("/").lower().startswith(_CLOSED):
        raise _Refused(403, "AIOS keeps this part of Dagster closed: the ledger is the record. "
                       "Ask it with: aios trace ID")  # fmt: skip


def _decoded(path: str) -> str:
    """Return a path decoded until it stays the same."""
    for _ in range(_ROUNDS):
        found = unquote(path)
        if found == path:
            return path
        path = found
    raise _Refused(400, "This path is encoded too often. Go to /.")


async def _judged(scope: Scope, receive: Receive, job_of: JobOf) -> tuple[Scope, Receive]:
    """Return the request as it was judged: its body is written anew."""
    headers = Headers(scope=scope)
    if scope["method"] != "POST":
        raise _Refused(405, "GraphQL is asked by POST here. Send application/json.")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "GraphQL takes application/json only. Set that content type.")
    body = await _body(receive)
    request = _request(_json(body))
    sentence = await run_sync(
        lambda: refusal(request, may_change=True) or runs_again(request, job_of)
    )
    if sentence is not None:
        raise _Refused(403, sentence)
    fresh = _written(request)
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in _BODY_HEADERS]
    kept += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(fresh))]
    return {**scope, "headers": kept, "query_string": b""}, _once(fresh, receive)


_BODY_HEADERS = (b"content-type", b"content-length", b"content-encoding", b"transfer-encoding")


async def _body(receive: Receive) -> bytes:
    found = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Refused(400, "The request ended before it was whole. Send it again.")
        found += message.get("body", b"")
        if len(found) > MOST_BYTES:
            raise _Refused(413, f"A request may have {MOST_BYTES} bytes. Send less at once.")
        if not message.get("more_body", False):
            return bytes(found)


def _json(text: bytes | str) -> JsonValue:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _Refused(400, "This is no JSON that AIOS can read. Send one object.") from None


def _request(found: JsonValue) -> Request:
    """Return what JSON asks for; a batch and anything but one object of known types is refused."""
    if not isinstance(found, dict):
        raise _Refused(400, "One request at a time: batches are refused. Send one object.")
    query, variables = found.get("query"), found.get("variables") or {}
    operation = found.get("operationName") or None
    if isinstance(variables, str):
        variables = _json(variables)
    if (
        not isinstance(query, str)
        or not isinstance(variables, dict)
        or not isinstance(operation, str | None)
    ):
        raise _Refused(400, "A request has a query, variables and an operationName. Send those.")
    return Request(query=query, variables=variables, operation=operation)


def _written(request: Request) -> bytes:
    fields: JsonObject = {
        "query": request.query,
        "variables": request.variables,
        "operationName": request.operation,
    }
    return json.dumps(fields).encode()


def _once(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


def _answer(scope: Scope, error: _Refused) -> Response:
    if scope["path"].lower().startswith(GRAPHQL):
        return JSONResponse({"errors": [{"message": error.sentence}]}, status_code=error.status)
    if scope["method"] == "GET" and "html" in Headers(scope=scope).get("accept", ""):
        return PlainTextResponse(error.sentence, status_code=error.status)
    return JSONResponse({"error": error.sentence}, status_code=error.status)


def _framed(send: Send) -> Send:
    """Return a send that lets no other page frame Dagster's: a click there may launch a run."""

    async def framed(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Frame-Options"] = "DENY"
        await send(message)

    return framed


async def _websocket(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] != GRAPHQL or not is_plain(scope):
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "closed"})
        return

    async def judged() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            passed = await _passed(message, send)
            if passed is not None:
                return passed

    await app({**scope, "query_string": b""}, judged, send)


async def _passed(message: Message, send: Send) -> Message | None:
    """Return a websocket message written anew, a close for one that is no message, or None.

    None means that it was answered here with an error and goes no further.
    """
    text = message.get("text")
    if not isinstance(text, str) or len(text) > MOST_BYTES:
        return await _closing(send)
    try:
        found = _json(text)
    except _Refused:
        return await _closing(send)
    if not isinstance(found, dict):
        return await _closing(send)
    try:
        return {"type": "websocket.receive", "text": json.dumps(await _started(found))}
    except _Refused as error:
        told = {"type": "error", "id": found.get("id"), "payload": {"message": error.sentence}}
        await send({"type": "websocket.send", "text": json.dumps(told)})
        return None


async def _started(found: JsonObject) -> JsonObject:
    kind = found.get("type")
    if kind in _PASSING:
        return found
    if kind not in _STARTS:
        raise _Refused(400, "This kind of message is not known here. Send start or stop.")
    request = _request(found.get("payload"))
    sentence = await run_sync(lambda: refusal(request, may_change=False))
    if sentence is not None:
        raise _Refused(403, sentence)
    payload: JsonObject = {"query": request.query, "variables": request.variables}
    if request.operation is not None:
        payload["operationName"] = payload["operation_name"] = request.operation
    return {"type": kind, "id": found.get("id"), "payload": payload}


async def _closing(send: Send) -> Message:
    await send(
        {"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "unreadable message"}
    )
    return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

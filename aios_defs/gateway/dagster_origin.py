"""Owns Dagster's pages at an origin of their own: its guard, the way in, and the filter behind it.

Dagster's pages run inline scripts, so a script there must not reach the console: another origin,
another cookie. The way in is a ticket that the console's page sends as a form (`/dagster`); who
comes without a session is sent there, and comes back by itself.
"""

from functools import partial
from http import HTTPMethod
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aios_defs.console.cookies import give_cookie
from aios_defs.console.desk import Desk
from aios_defs.console.forms import local_path
from aios_defs.console.guard import Door, Guard
from aios_defs.console.problems import status_of
from aios_defs.console.screening import aliases
from aios_defs.core.errors import AiosError
from aios_defs.gateway.graphql_filter import MOST_BYTES, DagsterFilter
from aios_defs.services.sessions import redeem_ticket
from resources.dagster_instance import job_of_run

ENTER = "/aios/enter"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CSP = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
"""What Dagster's pages may do besides their own policy: their scripts, and nothing from elsewhere,
so that what a page shows can't tell anyone."""


def dagster_app(desk: Desk, web: ASGIApp) -> ASGIApp:
    """Return Dagster's app behind its guard, its way in and its filter."""
    judged = DagsterFilter(web, partial(job_of_run, desk.home.path))
    return Guard(_Pages(desk, judged), _door(desk))


def _door(desk: Desk) -> Door:
    return Door(
        kernel=desk.kernel,
        origin=_origin(desk),
        kind="dagster",
        headers=HEADERS,
        turned_away=lambda request: _to_console(desk, request),
        refused=_refused,
        limit=lambda _: MOST_BYTES,
        open_paths=(ENTER,),
        guests={ENTER: tuple(aliases(desk.origin).values())},
    )


def _origin(desk: Desk) -> str:
    assert desk.dagster_origin is not None, "a desk that serves Dagster's pages has their origin"  # noqa: S101 - the caller's contract
    return desk.dagster_origin


class _Pages:
    """The way in, and everything else handed on with one more policy."""

    def __init__(self, desk: Desk, app: ASGIApp) -> None:
        self._desk = desk
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == ENTER:
            await (await self._enter(Request(scope, receive)))(scope, receive, send)
        else:
            await self._app(scope, receive, _confined(send))

    async def _enter(self, request: Request) -> Response:
        """Give a session for a ticket and lead to the page that was meant."""
        if request.method != HTTPMethod.POST:
            return _to_console(self._desk, request)
        sent = parse_qs((await request.body()).decode("ascii", "replace"))
        ticket = sent.get("ticket", [""])[0]
        try:
            secret = await run_in_threadpool(redeem_ticket, self._desk.kernel, ticket)
        except AiosError as error:
            return _refused(request, error)
        found = RedirectResponse(local_path(sent.get("to", [""])[0], "/"), status_code=303)
        give_cookie(found, _origin(self._desk), "dagster", secret)
        return found


def _to_console(desk: Desk, request: Request) -> Response:
    """Send a person for a ticket; tell a program that it has no session."""
    fetches = request.headers.get("sec-fetch-dest", "document") != "document"
    if request.method != HTTPMethod.GET or fetches:
        sentence = "There is no session. Load the page again; it leads through the console."
        return JSONResponse({"error": sentence}, status_code=401)
    query = f"?{request.url.query}" if request.url.query else ""
    to = "/" if request.url.path == ENTER else request.url.path + query
    return RedirectResponse(f"{desk.origin}/dagster?to={quote(to)}", status_code=303)


def _refused(request: Request, error: AiosError) -> Response:
    """Answer a refusal in plain words: this origin has no pages of ours."""
    status = status_of(error)
    headers = {"Retry-After": str(wait)} if (wait := error.fields.get("retry_after_s")) else {}
    if "html" in request.headers.get("accept", ""):
        return PlainTextResponse(str(error), status_code=status, headers=headers)
    return JSONResponse({"error": str(error)}, status_code=status, headers=headers)


def _confined(send: Send) -> Send:
    """Return a send that adds our policy to a page's own; a browser holds it to both."""

    async def confined(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("Content-Security-Policy", CSP)
        await send(message)

    return confined

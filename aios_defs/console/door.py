"""Owns the console's door: what its guard lets through without a session, and its headers.

Sources: OWASP HTTP Headers and Session Management cheat sheets, CSP level 3.
"""

from http import HTTPMethod
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from aios_defs.console.desk import Desk
from aios_defs.console.guard import Door
from aios_defs.console.problems import answer, wants_json
from aios_defs.core.errors import RequestRefused

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
FORM_BYTES = 4_000_000
"""How long a form or a JSON object may be: the longest edited mail, percent-encoded."""
FLOW_BYTES = 25_000_000
"""How long a message handed in may be; a mail in the mailbox may be longer."""
LOGIN_BYTES = 10_000


def console_door(desk: Desk) -> Door:
    """Return the door of the console over a desk."""
    return Door(
        kernel=desk.kernel,
        origin=desk.origin,
        kind="console",
        headers=HEADERS,
        turned_away=to_login,
        refused=answer,
        limit=_limit,
        open_paths=("/login", "/static/"),
        token_paths=("/flows/",),
    )


def to_login(request: Request) -> Response:
    """Answer who has no session: a person is sent to the login page, a program gets 401."""
    accepts = request.headers.get("accept", "")
    is_page = not wants_json(request) and not accepts.startswith("text/event-stream")
    if request.method == HTTPMethod.GET and is_page:
        query = f"?{request.url.query}" if request.url.query else ""
        to = quote(request.url.path + query)
        return RedirectResponse(f"/login?to={to}", status_code=303)
    error = RequestRefused(
        "There is no session: you are not logged in, or no longer.",
        remedy="Get a way in with: aios login. Nothing was done by this request.",
        reason="session",
    )
    return answer(request, error)


def _limit(path: str) -> int:
    if path.startswith("/flows/"):
        return FLOW_BYTES
    return LOGIN_BYTES if path == "/login" else FORM_BYTES

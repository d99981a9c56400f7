"""Owns the cookie of a session: its name, its attributes, and reading it from a request.

Cookies ignore ports, so the name carries the port: two homes on one machine, or the console and
Dagster's pages, never overwrite each other's. With a public https address the name is prefixed
`__Host-`, which no other host can set (RFC 6265bis §4.1.3).
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import Scope

from aios_defs.core.rows.access import SessionKind

_MOST = 4
"""How many cookies of our name are tried: another port of the host may have set one too."""


def cookie_name(origin: str, kind: SessionKind) -> str:
    """Return the name of the cookie of an origin."""
    parts = urlsplit(origin)
    if parts.scheme == "https":
        return f"__Host-aios-{kind}"
    return f"aios-{kind}-{parts.port or 80}"


def sent_secrets(scope: Scope, name: str) -> list[str]:
    """Return the values of a cookie in a request, the first few, in order."""
    return [value for key, value in _pairs(scope) if key == name and value][:_MOST]


def give_cookie(answer: Response, origin: str, kind: SessionKind, secret: str) -> None:
    """Let a browser keep a session's secret until it is closed.

    `SameSite=Lax`, so that a link in a mail opens the page it names; whatever changes something is
    a POST, which is held to its exact Origin and a nonce besides.
    """
    answer.set_cookie(
        cookie_name(origin, kind),
        secret,
        path="/",
        httponly=True,
        samesite="lax",
        secure=origin.startswith("https:"),
    )


def take_cookie(answer: Response, origin: str, kind: SessionKind) -> None:
    """Let a browser forget the session's secret."""
    answer.delete_cookie(
        cookie_name(origin, kind),
        path="/",
        httponly=True,
        samesite="lax",
        secure=origin.startswith("https:"),
    )


def _pairs(scope: Scope) -> Iterator[tuple[str, str]]:
    for header, line in scope["headers"]:
        if header == b"cookie":
            for part in line.decode("latin-1").split(";"):
                key, _, value = part.partition("=")
                yield key.strip(), value.strip()

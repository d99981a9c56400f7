"""Owns what a request must look like before anything reads it: Host, Origin, method, path.

A page elsewhere that resolves its own name to this machine (DNS rebinding) sends a foreign Host. A
form or script elsewhere sends a foreign Origin (Fetch standard, "append a request `Origin` header")
or, on a GET, a Sec-Fetch-Site that is not ours. A program that is no browser may leave both out on
a GET, never the Origin on anything else: it would be the one request that a cookie alone lets in.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from aios_defs.core.errors import RequestRefused

LONGEST_PATH = 4_000
"""How many bytes a path with its query may have."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("127.0.0.1", "localhost")
_METHODS = ("GET", "HEAD", "POST")
_ONCE = ("host", "origin", "content-length", "content-type", "authorization", "sec-fetch-site")
_ENCODED = re.compile(rb"%(?:2f|5c|00|2e)", re.IGNORECASE)
_TRICKS = re.compile(r"//|\\|[\x00-\x1f\x7f]|(?:^|/)\.{1,2}(?:/|$)")
_OWN_SITES = ("same-origin", "none")


def normal_origin(text: str) -> str:
    """Return an origin as a browser writes it: lower case, no default port, no path."""
    parts = urlsplit(text)
    port = parts.port
    shown = "" if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{shown}"


def aliases(origin: str) -> dict[str, str]:
    """Return the origins under which this one is reached, by their Host header.

    On loopback 127.0.0.1 and localhost are one place; a public address has no other.
    """
    own = normal_origin(origin)
    parts = urlsplit(own)
    names = [parts.netloc]
    if parts.hostname in _LOOPBACK:
        names = [parts.netloc.replace(parts.hostname, name, 1) for name in _LOOPBACK]
    return {name: f"{parts.scheme}://{name}" for name in names}


def screen(scope: Scope, origins: Mapping[str, str], *, guests: tuple[str, ...] = ()) -> None:
    """Refuse a request that no page and no program of ours would send.

    `origins` are ours by Host; `guests` are origins whose forms are taken too at this path.

    Raises:
        RequestRefused: with the reason `host`, `origin`, `method`, `path` or `header`.

    """
    headers = Headers(scope=scope)
    for name in _ONCE:
        if len(headers.getlist(name)) > 1:
            raise _refused("header", f"The request has two {name} headers.")
    own = origins.get(headers.get("host", "").lower())
    if own is None:
        raise _refused("host", "AIOS is not reached under this host name.", origins)
    _screen_path(scope)
    if scope["type"] == "websocket":
        if headers.get("origin") != own:
            raise _refused("origin", "A websocket is opened by our own pages only.", origins)
        return
    if scope["method"] not in _METHODS:
        raise _refused("method", f"{scope['method']} is not taken here.")
    _screen_origin(scope, headers, (own, *guests))


def _screen_path(scope: Scope) -> None:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    length = len(raw) + len(scope.get("query_string", b""))
    if length > LONGEST_PATH:
        raise _refused("path", "This address is too long.")
    if _ENCODED.search(raw.split(b"?")[0]) or _TRICKS.search(scope["path"]):
        raise _refused("path", "This address is written in a way that AIOS does not follow.")


def _screen_origin(scope: Scope, headers: Headers, allowed: tuple[str, ...]) -> None:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        if origin not in allowed:
            raise _refused("origin", "This request comes from another site.")
        return
    if scope["method"] == "POST" and "authorization" not in headers:
        raise _refused("origin", "This request does not say from which page it comes.")
    if site is not None and site not in _OWN_SITES and not _is_visit(headers):
        raise _refused("origin", "This request comes from another site.")


def _is_visit(headers: Headers) -> bool:
    """Return whether a person follows a link here: a whole page in a window of its own."""
    return (
        headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    )


def _refused(reason: str, message: str, origins: Mapping[str, str] | None = None) -> RequestRefused:
    place = next(iter(origins.values())) if origins else "its own address"
    return RequestRefused(message, remedy=f"Open the console at {place}.", reason=reason)

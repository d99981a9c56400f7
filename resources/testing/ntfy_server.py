"""Owns an ntfy server for tests on 127.0.0.1: it keeps what is published and plays planned faults.

It speaks the part of ntfy's API that the messenger uses: publishing JSON to `/`, and polling a
topic as JSON lines. Faults are played once each, in order: a status to answer instead,
`drop_before` and `drop_after` (the connection closes before or after the message is kept),
`hang_after` (no answer comes until the server stops), `babble` (an answer that is no JSON).
"""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from resources.testing.loopback_http import LoopbackHttp

Fault = int | str
_UNAUTHORISED = 401


@dataclass(slots=True, kw_only=True)
class NtfyServer:
    """A server with its kept messages by topic; use it as a context manager."""

    token: str | None = None
    now: float = 0.0
    faults: deque[Fault] = field(default_factory=deque[Fault])
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _http: LoopbackHttp = field(init=False)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        self._http = LoopbackHttp(_Handler, self)
        self._http.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and let what hangs go."""
        self._stopped.set()
        self._http.end()

    @property
    def url(self) -> str:
        """The address to publish to."""
        return self._http.url

    def fault(self) -> Fault | None:
        """Take the next planned fault."""
        return self.faults.popleft() if self.faults else None

    def keep(self, message: dict[str, Any]) -> dict[str, Any]:
        """Keep a published message as ntfy does; returns it with its id."""
        kept = self.kept.setdefault(str(message["topic"]), [])
        full = {"id": f"n{len(kept) + 1}", "time": self.now, "event": "message", **message}
        kept.append(full)
        return full

    def rest(self) -> None:
        """Wait until the server stops."""
        self._stopped.wait(30)


class _Handler(BaseHTTPRequestHandler):
    """One request of a client."""

    protocol_version = "HTTP/1.1"

    @property
    def ntfy(self) -> NtfyServer:
        """The server that this request came to."""
        found = getattr(self.server, "state", None)
        assert isinstance(found, NtfyServer)  # noqa: S101 - nothing else has this handler
        return found

    def do_POST(self) -> None:
        """Keep a message, unless a fault says otherwise."""
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        fault = self._next("POST")
        if isinstance(fault, int):
            self._answer(fault, {"error": "planned"})
        elif fault == "drop_before":
            self.close_connection = True
        else:
            self._taken(self.ntfy.keep(json.loads(content)), fault)

    def do_GET(self) -> None:
        """Answer what is kept of a topic, one JSON object a line."""
        fault = self._next("GET")
        kept = self.ntfy.kept.get(self.path.split("/")[1], [])
        if isinstance(fault, int):
            self._answer(fault, {"error": "planned"})
        else:
            self._write(200, "".join(f"{json.dumps(one)}\n" for one in kept).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""

    def _next(self, method: str) -> Fault | None:
        """Return what to play; a wrong token is a fault as well."""
        ntfy, given = self.ntfy, self.headers.get("authorization") or ""
        ntfy.requests.append((method, given))
        if ntfy.token is not None and given != f"Bearer {ntfy.token}":
            return _UNAUTHORISED
        return ntfy.fault()

    def _taken(self, message: dict[str, Any], fault: Fault | None) -> None:
        if fault == "hang_after":
            self.ntfy.rest()
        if fault in ("drop_after", "hang_after"):
            self.close_connection = True
        elif fault == "babble":
            self._write(200, b"<html>welcome</html>")
        else:
            self._answer(200, message)

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        self._write(status, json.dumps(value).encode())

    def _write(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

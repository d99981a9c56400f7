"""Owns an endpoint for tests on 127.0.0.1 that embeds as the hashed n-grams do, and plays faults.

It speaks the part of OpenAI's API that the embedder uses: a POST to `/embeddings`. Faults are
played once each, in order: a status to answer instead, `drop` (the connection closes), `babble` (an
answer that is no JSON), `short` (a vector too few), `narrow` (vectors of another length), `strange`
(JSON of another form).
"""

import json
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from aios_defs.core.embedding import Role
from resources.embedding.ngrams import NgramEmbedder
from resources.testing.loopback_http import LoopbackHttp

Fault = int | str
DIMENSIONS = NgramEmbedder().identity.dimensions


@dataclass(slots=True, kw_only=True)
class EmbeddingServer:
    """A server with the requests it got; use it as a context manager."""

    faults: deque[Fault] = field(default_factory=deque[Fault])
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tokens: list[str] = field(default_factory=list[str])
    _http: LoopbackHttp = field(init=False)

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
        """Stop."""
        self._http.end()

    @property
    def url(self) -> str:
        """The base URL."""
        return self._http.url


class _Handler(BaseHTTPRequestHandler):
    """One request of a client."""

    @property
    def state(self) -> EmbeddingServer:
        """The server that this request came to."""
        found = getattr(self.server, "state", None)
        assert isinstance(found, EmbeddingServer)  # noqa: S101 - nothing else has this handler
        return found

    def do_POST(self) -> None:
        """Answer with a vector for each text, or play the next fault."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state = self.state
        state.requests.append(asked)
        state.tokens.append(self.headers.get("Authorization", ""))
        fault = state.faults.popleft() if state.faults else None
        if fault == "drop":
            self.close_connection = True
        elif isinstance(fault, int):
            self._send(fault, b'{"error": {"message": "planned"}}')
        else:
            self._send(200, _answer(asked["input"], fault))

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def _answer(texts: list[str], fault: str | None) -> bytes:
    if fault == "babble":
        return b"<html>busy</html>"
    if fault == "strange":
        return b'{"data": [{"vector": 1}]}'
    vectors = NgramEmbedder().embed(texts, Role.DOCUMENT).vectors * 3
    if fault == "narrow":
        vectors = vectors[:, :7]
    data = [
        {"object": "embedding", "index": row, "embedding": one.tolist()}
        for row, one in enumerate(vectors)
    ]
    data = data[1:] if fault == "short" else data[::-1]
    return json.dumps({"object": "list", "model": "m", "data": data}).encode()

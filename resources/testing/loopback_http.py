"""Owns an HTTP server of tests: on a free port of 127.0.0.1, each request in a thread."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LoopbackHttp(ThreadingHTTPServer):
    """Serves a fake, which handlers find as `state`, from `begin` until `end`."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], state: object) -> None:
        """Take a port; nothing is answered yet."""
        super().__init__(("127.0.0.1", 0), handler)
        self.state = state
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"

    def begin(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def end(self) -> None:
        """Stop, and wait until the server's own thread has ended."""
        self.shutdown()
        self.server_close()
        self._thread.join(5)

"""Owns a server of lines on 127.0.0.1: it keeps each line it gets, and answers it with itself."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class LineServer(socketserver.ThreadingTCPServer):
    """Keeps in `lines` what arrived, in order; `closed` is set when a client went away."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Client)
        self.lines: list[bytes] = []
        self.closed = threading.Event()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.socket.getsockname()[1]


class _Client(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, LineServer)
        try:
            for line in self.rfile:
                self.server.lines.append(line)
                self.wfile.write(b"got " + line)
        except OSError:
            pass
        self.server.closed.set()


@contextmanager
def line_server() -> Iterator[LineServer]:
    """Serve until the block ends."""
    with LineServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()

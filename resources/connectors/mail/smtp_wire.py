"""Owns the lines of one SMTP connection (RFC 5321 §4.2): commands out, replies in, within a budget.

Every wait is bounded by the time of the whole attempt, so that a server which drips its answers
can't hold a worker beyond its lease. What is no reply at all is an OSError, as a broken line is.
"""

import re
import socket
import ssl
import time
from dataclasses import dataclass

from resources.connectors.mail.servers import MailServer

TOTAL_SECONDS = 45.0
"""For one whole attempt; below the lease of an action (60 s)."""
READ_SECONDS = 30.0
_MAX_LINE, _MAX_LINES = 4_096, 200
_OUT_OF_STEP = 503
_REPLY = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?")
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class Garbled(OSError):
    """The server answered what is no SMTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply: its code, and its lines without code. The words may be personal: never tell."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether it says yes (2xx)."""
        return self.code // 100 == 2  # noqa: PLR2004 - the first digit of RFC 5321 §4.2.1

    @property
    def is_passing(self) -> bool:
        """Whether it says not now (4xx)."""
        return self.code // 100 == 4  # noqa: PLR2004 - as above

    @property
    def is_final(self) -> bool:
        """Whether it says no for good (5xx).

        503 does not: it says that commands and replies got out of step, as any reply does that no
        such command has; on a connection of its own the next attempt may do better.
        """
        return self.code // 100 == 5 and self.code != _OUT_OF_STEP  # noqa: PLR2004 - as above

    @property
    def told(self) -> str:
        """The code, with the enhanced one (RFC 3463) if there is one: all that may be told."""
        found = _ENHANCED.match(self.lines[0])
        return f"{self.code} {found[1]}" if found else str(self.code)


class Wire:
    """One connection; raises OSError (TimeoutError, Garbled, ssl.SSLError among them)."""

    def __init__(self, server: MailServer, context: ssl.SSLContext | None) -> None:
        """Connect, with TLS from the first byte if `tls` is implicit."""
        self._server, self._context = server, context
        self._ends = time.monotonic() + TOTAL_SECONDS
        self._buffer = b""
        self._socket = socket.create_connection((server.host, server.port), self._wait())
        if server.tls == "implicit":
            try:
                self.secure()
            except OSError:
                self.close()
                raise

    @property
    def own_name(self) -> str:
        """This machine as an address literal, for EHLO (RFC 5321 §4.1.3)."""
        address = str(self._socket.getsockname()[0])
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    def secure(self) -> None:
        """Begin TLS; what came unencrypted before is refused (CVE-2011-0411)."""
        if self._buffer or self._context is None:
            raise Garbled("words before TLS")
        self._socket.settimeout(self._wait())
        self._socket = self._context.wrap_socket(self._socket, server_hostname=self._server.host)

    def ask(self, line: str) -> Reply:
        """Send one command and return its reply."""
        self.send(line.encode("utf-8") + b"\r\n")
        return self.reply()

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._socket.settimeout(self._wait())
        self._socket.sendall(content)

    def reply(self) -> Reply:
        """Return the next reply, of however many lines."""
        lines: list[str] = []
        while len(lines) < _MAX_LINES:
            found = _REPLY.fullmatch(self._line())
            if found is None:
                break
            lines.append((found[3] or b"").decode("utf-8", "replace"))
            if found[2] != b"-":
                return Reply(code=int(found[1]), lines=tuple(lines))
        raise Garbled("no reply of SMTP")

    def close(self) -> None:
        """Close the connection without a word."""
        self._socket.close()

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > _MAX_LINE:
                raise Garbled("an endless line")
            self._socket.settimeout(self._wait())
            received = self._socket.recv(_MAX_LINE)
            if not received:
                raise ConnectionResetError("the server closed the connection")
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.removesuffix(b"\r")

    def _wait(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole attempt is over")
        return min(left, READ_SECONDS)

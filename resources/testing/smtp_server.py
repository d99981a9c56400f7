"""Owns a submission server that plays a script: for each phase the bytes it answers.

It serves one connection after another on a port of 127.0.0.1, without TLS. A phase that is not in
the script is answered well; the answer None closes the connection without a word.
"""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Thread

_WELL: Mapping[str, bytes] = {
    "greeting": b"220 ready\r\n",
    "EHLO": b"250-here\r\n250 SIZE 100000\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "end": b"250 taken\r\n",
    "QUIT": b"221 bye\r\n",
}


class ScriptedSmtpServer:
    """A server on `port`; `mails` holds what came up to an end of data, whatever it answered."""

    def __init__(self, script: Mapping[str, bytes | None]) -> None:
        """Listen."""
        self._script: dict[str, bytes | None] = {**_WELL, **script}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.mails: list[bytes] = []
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answer(self, phase: str, answer: bytes | None) -> None:
        """Answer a phase otherwise from now on."""
        self._script[phase] = answer

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines, suppress(OSError):
                self._talk(connection, lines.readline)

    def _talk(self, connection: socket.socket, readline: Callable[[], bytes]) -> None:
        phase = "greeting"
        while True:
            answer = self._script.get(phase, b"502 no\r\n")
            if answer is None:
                return
            connection.sendall(answer)
            if phase == "DATA" and answer.startswith(b"354"):
                mail = _content(readline)
                if mail is None:
                    return
                self.mails.append(mail)
                phase = "end"
                continue
            line = readline()
            if not line:
                return
            phase = line.split()[0].decode("ascii").upper() if line.split() else ""


def _content(readline: Callable[[], bytes]) -> bytes | None:
    """Return the mail up to its end, or None when the client went away before."""
    lines: list[bytes] = []
    while line := readline():
        if line == b".\r\n":
            return b"".join(lines)
        lines.append(line)
    return None

"""Owns the three listening sockets: the supervisor opens them, the gateway takes requests of them.

A gateway that is started again finds its sockets open, so a browser waits instead of being refused.
Loopback only: TLS and the way in from elsewhere stand in front (AIOS_PUBLIC_URL).
"""

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line reads the default port for its help, and errors are heavy
    from aios_defs.core.errors import PortTaken

HOST = "127.0.0.1"
DEFAULT_PORT = 3000
_BACKLOG = 128
NAMES = ("console", "dagster", "hooks")
"""What is served on port N, N+1 and N+2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sockets:
    """The listening sockets, in the order of `NAMES`."""

    listening: tuple[socket.socket, ...]

    @property
    def ports(self) -> dict[str, int]:
        """The port of each name."""
        return {name: one.getsockname()[1] for name, one in zip(NAMES, self.listening, strict=True)}

    @property
    def fds(self) -> tuple[int, ...]:
        """The file descriptors that the gateway inherits."""
        return tuple(one.fileno() for one in self.listening)

    def close(self) -> None:
        """Listen no more."""
        for one in self.listening:
            one.close()


def listen(first: int) -> Sockets:
    """Listen on a port and the two behind it, on this machine only.

    Raises:
        PortTaken: one of them is in use; none is kept.

    """
    opened = list[socket.socket]()
    for offset, name in enumerate(NAMES):
        try:
            opened.append(_listen(first + offset))
        except OSError as error:
            for one in opened:
                one.close()
            raise _taken(first + offset, name, error) from None
    return Sockets(listening=tuple(opened))


def inherit(fds: tuple[int, ...]) -> Sockets:
    """Return the sockets behind inherited file descriptors."""
    return Sockets(listening=tuple(socket.socket(fileno=one) for one in fds))


def _listen(port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((HOST, port))
        one.listen(_BACKLOG)
    except OSError:
        one.close()
        raise
    return one


def _taken(port: int, name: str, error: OSError) -> "PortTaken":
    from aios_defs.core.errors import PortTaken

    return PortTaken(
        f"Port {port}, for {name}, can't be had ({error.strerror}).",
        remedy="Choose another with --port N: console N, Dagster N+1, hooks N+2.",
        port=port,
    )

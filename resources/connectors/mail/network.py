"""Owns the words for a connection to a mail server that did not come about, or broke."""

import socket
from types import MappingProxyType

_KINDS = MappingProxyType(
    {
        ConnectionRefusedError: ("refused", "refuses the connection"),
        socket.gaierror: ("unknown_host", "has a name that can't be found"),
        TimeoutError: ("no_answer", "does not answer in time"),
        ConnectionError: ("dropped", "broke the connection off"),
    }
)


def network_trouble(error: OSError) -> tuple[str, str]:
    """Return why (`refused`, `unknown_host`, …) and what `The mail server HOST:PORT` does."""
    return next(
        (told for kind, told in _KINDS.items() if isinstance(error, kind)),
        ("unreachable", f"can't be reached ({type(error).__name__})"),
    )

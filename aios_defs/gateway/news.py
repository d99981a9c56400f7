"""Owns what a child tells its supervisor: one JSON object a line, through a pipe of their own.

It is no log: a login link goes this way to the operator's terminal, and nowhere else.
"""

import contextlib
import json
import os
from dataclasses import dataclass, field

from aios_defs.core.model import JsonObject

_MOST = 100_000


class Teller:
    """The child's end of the pipe."""

    def __init__(self, fd: int | None) -> None:
        """Tell through this descriptor; None tells nobody."""
        self._fd = fd

    def tell(self, event: str, **about: object) -> None:
        """Tell one thing; a supervisor that is gone hears nothing."""
        if self._fd is None:
            return
        line = json.dumps({"event": event, **about}) + "\n"
        with contextlib.suppress(OSError):
            os.write(self._fd, line.encode())


@dataclass(slots=True)
class Listener:
    """The supervisor's end: bytes in, whole objects out."""

    _rest: bytes = field(default=b"", init=False)

    def hear(self, data: bytes) -> list[JsonObject]:
        """Return the objects that are whole by now; what is none is left out."""
        *lines, self._rest = (self._rest + data)[-_MOST:].split(b"\n")
        found = list[JsonObject]()
        for line in lines:
            with contextlib.suppress(ValueError):
                value = json.loads(line)
                if isinstance(value, dict):
                    found.append(value)
        return found

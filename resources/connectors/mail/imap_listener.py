"""Owns waiting for news by IDLE (RFC 2177), on a connection of its own.

Each wait begins with a look, so that nothing is missed between two of them; it is short enough to
renew IDLE well before the 29 minutes after which servers hang up, and to notice a connection that
died in silence (a laptop that slept). Without IDLE the server is asked by the poll alone.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from aios_defs.core.errors import OutsideFailed
from aios_defs.core.resuming import Stop
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_session import FolderState, ImapSession

IDLE_SECONDS = 280.0
"""How long one IDLE lasts at most, whoever waits."""
_SLICE = 1.0
_AT_ONCE = 0.2
_NEWS = (b"EXISTS", b"EXPUNGE", b"BYE")


@dataclass(slots=True)
class ImapListener:
    """Hears of news in a folder; `told` is called before each wait that returns True."""

    line: ImapLine
    folder: str
    told: Callable[[], None]
    _session: ImapSession | None = field(default=None, init=False)
    _seen: FolderState | None = field(default=None, init=False)

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait for news; see core.resuming.Listener."""
        try:
            has_news = self._waited(min(seconds, IDLE_SECONDS), stop)
        except OutsideFailed:
            self._drop()
            raise
        if has_news:
            self.told()
        return has_news

    def close(self) -> None:
        """Close the connection."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _waited(self, seconds: float, stop: Stop) -> bool:
        session = self._session
        if session is None:
            session = self._session = self.line.open()
        if not session.has("IDLE"):
            stop.wait(seconds)
            return False
        state = session.examine(self.folder)
        if state != self._seen:
            self._seen = state
            return True
        return self._idled(session, seconds, stop)

    def _idled(self, session: ImapSession, seconds: float, stop: Stop) -> bool:
        end, has_news = time.monotonic() + seconds, False
        with session.asking():
            session.client.idle()
        while not has_news and time.monotonic() < end and not stop.wait(0):
            began = time.monotonic()
            with session.asking():
                said = session.client.idle_check(_SLICE)
            has_news = any(_is_news(one) for one in said)
            if not said and time.monotonic() - began < _AT_ONCE:
                break  # it hung up: a closed connection is ready to be read at once
        with session.asking():
            session.client.idle_done()
        return has_news

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(OutsideFailed):
                session.drop()


def _is_news(said: object) -> bool:
    """Return whether the server said that the folder grew or shrank, or that it ends."""
    parts = cast("tuple[object, ...]", said) if isinstance(said, tuple) else ()
    return any(part in _NEWS for part in parts if isinstance(part, bytes))

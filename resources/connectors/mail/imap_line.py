"""Owns the one connection that a process keeps to an account: opened when needed, used by turns.

A connection that broke is opened anew at the next use. A login that was refused is not repeated for
a while, whoever asks: servers lock out those who hammer. After a fork the child opens its own.
"""

import contextlib
import os
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.imap_session import ImapServer, ImapSession

FIRST_REST = 300.0
LONGEST_REST = 3600.0
"""Seconds without a login after one that was refused: the first, doubled up to the longest."""
_STALE_SECONDS = 20.0


@dataclass(slots=True)
class ImapLine:
    """The connection to a server, and the memory of a refused login."""

    server: ImapServer
    _session: ImapSession | None = field(default=None, init=False)
    _pid: int = field(default=0, init=False)
    _used: float = field(default=0.0, init=False)
    _refusal: OutsideFailed | None = field(default=None, init=False)
    _refused_until: float = field(default=0.0, init=False)
    _rest: float = field(default=FIRST_REST, init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False)

    @contextlib.contextmanager
    def session(self) -> Generator[ImapSession]:
        """Have the connection to oneself for the block, which must not take long.

        Raises:
            OutsideFailed: it can't be opened, or broke within the block; then it is closed.

        """
        with self._lock:
            session = self._ready()
            try:
                yield session
            except OutsideFailed:
                self.close()
                raise
            self._used = time.monotonic()

    def open(self) -> ImapSession:
        """Open a connection beside the one that is kept; raises OutsideFailed.

        A refused login is remembered for every opener of this line.
        """
        if self._refusal is not None and time.monotonic() < self._refused_until:
            raise self._refusal
        try:
            session = ImapSession(self.server)
        except OutsideFailed as error:
            if not error.fields.get("retryable"):
                self._refused_until = time.monotonic() + self._rest
                self._rest = min(2 * self._rest, LONGEST_REST)
                self._refusal = error
            raise
        self._refusal, self._rest = None, FIRST_REST
        return session

    def close(self) -> None:
        """Close the connection, if there is one; raises nothing."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None and self._pid == os.getpid():
                session.drop()

    def __del__(self) -> None:
        """Leave no connection open when nobody needs it any more."""
        self.close()

    def _ready(self) -> ImapSession:
        """Return a connection that answers; one that rested is asked first."""
        session = self._session
        if session is not None and self._pid == os.getpid():
            if time.monotonic() - self._used < _STALE_SECONDS or _answers(session):
                return session
            self.close()
        session = self.open()
        self._session, self._pid = session, os.getpid()
        return session


def _answers(session: ImapSession) -> bool:
    try:
        with session.asking():
            session.client.noop()
    except OutsideFailed:
        return False
    return True

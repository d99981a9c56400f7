"""Owns hearing of news: a thread for each store that can tell, which wakes the intake at once.

What goes wrong here is no trouble of its own: the intake goes on asking, and tells it. After a
failure the next try waits a little longer each time.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from aios_defs.core.connector import Connector
from aios_defs.core.errors import AiosError
from aios_defs.core.resuming import Listener, Telling
from aios_defs.services.edges import outside

WAIT_SECONDS = 1500.0
"""How long one wait lasts; a listener may end it sooner."""
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class Listeners:
    """The threads that wait for news, one for each connector that has a listener."""

    def __init__(self, connectors: Mapping[str, Connector], wake: Callable[[], None]) -> None:
        """Keep what to call when there may be news; nothing is opened."""
        self._wake = wake
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, args=(one,), name=f"listen-{name}", daemon=True)
            for name, connector in connectors.items()
            if isinstance(connector, Telling)
            for one in [connector.listener()]
            if one is not None
        ]

    def start(self) -> None:
        """Begin to listen."""
        for one in self._threads:
            one.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Hear no more; returns whether every thread came to its end."""
        self._ending.set()
        for one in self._threads:
            if one.is_alive():
                one.join(timeout)
        return not any(one.is_alive() for one in self._threads)

    def _listen(self, listener: Listener) -> None:
        pause = 0.0
        while not self._ending.wait(pause):
            try:
                has_news = outside(lambda: listener.wait(WAIT_SECONDS, self._ending))
            except AiosError:
                pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                continue
            pause = 0.0
            if has_news and not self._ending.is_set():
                self._wake()
        with suppress(AiosError):
            outside(listener.close)

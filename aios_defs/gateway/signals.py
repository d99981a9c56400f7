"""Owns the signals that end the supervisor: counted, and woken for in its selector."""

import os
import selectors
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(slots=True)
class Signals:
    """How often the end was asked for."""

    asked: int = field(default=0, init=False)

    @contextmanager
    def caught(self, selector: selectors.BaseSelector) -> Iterator[None]:
        """Count signals during a block; each, and the end of a child, wakes the selector.

        A signal that was ignored before stays ignored: `nohup` means it so.
        """
        heard, woken = os.pipe()
        os.set_blocking(heard, False)
        os.set_blocking(woken, False)
        selector.register(heard, selectors.EVENT_READ, lambda: os.read(heard, 4096))
        former = {
            one: signal.signal(one, self._count)
            for one in _ENDING
            if signal.getsignal(one) is not signal.SIG_IGN
        }
        former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        before = signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            for one, handler in former.items():
                signal.signal(one, handler)
            selector.unregister(heard)
            os.close(heard)
            os.close(woken)

    def _count(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.asked += 1

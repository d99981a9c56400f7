"""Owns one process that is kept alive: its start, its output, its end, its next start."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.gateway.backoff import Backoff
from aios_defs.gateway.leash import signal_group
from aios_defs.gateway.log_file import LogFile
from aios_defs.gateway.news import Listener
from aios_defs.gateway.programs import Program
from resources.clock import SystemClock
from resources.process_status import ChildStatus
from resources.process_usage import usage_of

_CHUNK = 65536


@dataclass(slots=True, kw_only=True)
class Child:
    """A program and the process that runs it now, if any; times are monotonic seconds.

    `heard` gets each object that the process tells. `starts_at` is when it is due to start, None
    while it lives or is not wanted any more.
    """

    program: Program
    selector: selectors.BaseSelector
    leash: int
    log: LogFile
    heard: Callable[[JsonObject], None]
    starts_at: float | None = None
    process: subprocess.Popen[bytes] | None = None
    last_exit: str | None = None
    _starts: int = 0
    _started: float = 0.0
    _since: str = ""
    _backoff: Backoff = field(default_factory=Backoff)
    _pipes: list[int] = field(default_factory=list[int])
    _sampled: tuple[float, float] | None = None
    _cpu_percent: float | None = None
    _group: int | None = None

    @property
    def name(self) -> str:
        """The program's name."""
        return self.program.name

    @property
    def group(self) -> int | None:
        """The process group of the last start, whose members may outlive their leader."""
        return self._group

    def start(self) -> None:
        """Start the process in a group of its own; what is left of the former group is killed."""
        self.kill_group()
        out, out_child = os.pipe()
        news, news_child = os.pipe()
        command = self.program.command(leash=self.leash, news=news_child)
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=out_child,
            stderr=out_child,
            env=dict(self.program.environment),
            pass_fds=(self.leash, news_child, *self.program.fds),
            process_group=0,
        )
        os.close(out_child)
        os.close(news_child)
        self._group = self.process.pid
        self._starts += 1
        self._started, self.starts_at = time.monotonic(), None
        self._since = rfc3339(SystemClock().now())
        self._sampled = (self._started, 0.0)
        self._watch(out, self.log.write)
        listener = Listener()
        self._watch(news, lambda data: [self.heard(one) for one in listener.hear(data)])

    def reap(self) -> bool:
        """Return whether the process has ended since the last look; its next start is planned."""
        if self.process is None or (code := self.process.poll()) is None:
            return False
        now = time.monotonic()
        self.process, self._cpu_percent = None, None
        self.last_exit = _in_words(code)
        self.starts_at = now + self._backoff.ended(now - self._started)
        self.send(signal.SIGTERM)
        return True

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the group, whether its leader lives or not."""
        if self._group is not None and not signal_group(self._group, number):
            self._group = None  # nothing is left of it; its number may be given out again

    def kill_group(self) -> None:
        """End what is left of the group."""
        self.send(signal.SIGKILL)
        self._group = None
        for fd in self._pipes.copy():
            self._unwatch(fd)

    def sample(self) -> None:
        """Measure the processor time since the last sample."""
        usage = usage_of(self.process.pid) if self.process is not None else None
        if usage is None or self._sampled is None:
            return
        now = time.monotonic()
        moment, seconds = self._sampled
        if now > moment:
            share = 100 * max(0.0, usage.cpu_seconds - seconds) / (now - moment)
            self._cpu_percent = round(share, 1)
        self._sampled = (now, usage.cpu_seconds)

    def status(self) -> ChildStatus:
        """Return how it stands."""
        lived = time.monotonic() - self._started if self.process is not None else 0.0
        return ChildStatus(
            name=self.name,
            pid=self.process.pid if self.process is not None else None,
            since=self._since,
            restarts=max(0, self._starts - 1),
            last_exit=self.last_exit,
            is_failing=self._backoff.is_failing(lived),
            cpu_percent=self._cpu_percent,
        )

    def _watch(self, fd: int, use: Callable[[bytes], object]) -> None:
        os.set_blocking(fd, False)
        self._pipes.append(fd)

        def ready() -> None:
            data = os.read(fd, _CHUNK)
            if data:
                use(data)
            else:
                self._unwatch(fd)

        self.selector.register(fd, selectors.EVENT_READ, ready)

    def _unwatch(self, fd: int) -> None:
        self.selector.unregister(fd)
        self._pipes.remove(fd)
        os.close(fd)


def _in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"

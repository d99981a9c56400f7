"""Owns the supervisor: it starts the processes of a home, starts again what dies, ends them all.

One thread, one loop: it sleeps until a child writes, ends or is due, or a signal comes. It imports
neither Dagster nor a database, so that it stays small and has little to fail of.

    SIGTERM, SIGINT, SIGHUP   first: drain (no new work, what is on the wire finishes)
                              second: interrupt the runs; third: kill
    SIGKILL                   the leash closes, and each child ends itself with its group
"""

import os
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM

from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.gateway.child import Child
from aios_defs.gateway.leash import workers_in
from aios_defs.gateway.log_file import FOLDER, LogFile
from aios_defs.gateway.programs import CODE, GATEWAY, Program
from aios_defs.gateway.signals import Signals
from resources.clock import SystemClock
from resources.process_status import UpStatus, forget_status, write_status
from resources.process_usage import own_usage
from resources.workers import LocalWorkers

SAMPLE_SECONDS = 60.0
RUNS_SECONDS, END_SECONDS, KILL_SECONDS = 10.0, 10.0, 2.0
"""How long runs may finish, processes may end, and the system may take to kill them."""
_TICK = 0.1


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Keeps the processes of a home alive; `told` hears each event, as `news` says.

    `beat` is called each minute.

    `failure` is what the operator has to mend, when the gateway could not start at all.
    """

    home: Path
    ports: dict[str, int]
    programs: tuple[Program, ...]
    told: Callable[[JsonObject], None]
    beat: Callable[[], None] = lambda: None
    failure: JsonObject | None = field(default=None, init=False)
    _children: dict[str, Child] = field(default_factory=dict[str, Child], init=False)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector, init=False)
    _signals: Signals = field(default_factory=Signals, init=False)
    _heard: set[str] = field(default_factory=set[str], init=False)
    _state: str = field(default="starting", init=False)
    _since: str = field(default="", init=False)
    _sampled: tuple[float, float] = field(default=(0.0, 0.0), init=False)
    _cpu_percent: float | None = field(default=None, init=False)
    _log: LogFile = field(init=False)

    def run(self) -> None:
        """Work until a signal comes, or until the operator has to act; then end all processes."""
        leash, held = os.pipe()
        self._log = LogFile(self.home / FOLDER, "up")
        self._since = self._now()
        with self._signals.caught(self._selector):
            try:
                self._begin(leash)
                while not self._signals.asked and self.failure is None:
                    self._tend()
                    self._pump(self._pause())
                self._drain()
            finally:
                for child in self._children.values():
                    child.kill_group()
                forget_status(self.home)
                os.close(held)
                os.close(leash)

    def _begin(self, leash: int) -> None:
        now = time.monotonic()
        self._sampled = (now, self._own_seconds())
        for program in self.programs:
            self._children[program.name] = Child(
                program=program,
                selector=self._selector,
                leash=leash,
                log=LogFile(self.home / FOLDER, program.name),
                heard=lambda news, name=program.name: self._hear(name, news),
                starts_at=now + program.longest_wait,
            )

    def _tend(self) -> None:
        """Take note of what ended, start what is due, measure when it is time."""
        now = time.monotonic()
        self._reap()
        for child in self._children.values():
            if child.starts_at is not None and self._is_due(child, now):
                child.start()
                self._note(child.name, f"started as {child.group}")
        if now - self._sampled[0] >= SAMPLE_SECONDS:
            self._sample(now)

    def _is_due(self, child: Child, now: float) -> bool:
        waits_for = child.program.waits_for
        is_called = waits_for in self._heard and not child.status().since
        return is_called or (child.starts_at is not None and now >= child.starts_at)

    def _reap(self) -> None:
        for child in self._children.values():
            if child.reap():
                self._note(child.name, f"ended: {child.last_exit}")
            if self._state == "stopping":
                child.starts_at = None

    def _pause(self) -> float:
        now = time.monotonic()
        moments = [one.starts_at for one in self._children.values() if one.starts_at is not None]
        return max(0.0, min([*moments, self._sampled[0] + SAMPLE_SECONDS]) - now)

    def _pump(self, seconds: float) -> None:
        """Sleep until something happens, at most this long, and let it be read."""
        for key, _ in self._selector.select(seconds):
            key.data()

    def _hear(self, name: str, news: JsonObject) -> None:
        event = str(news.get("event"))
        is_first = event not in self._heard
        self._heard.add(event)
        if news.get("is_final") and name == GATEWAY and "console" not in self._heard:
            self.failure = {key: news[key] for key in ("code", "message", "remedy")}
        if event == "console" and self._state == "starting":
            self._state = "running"
        self._tell_status()
        self.told({**news, "process": name, "is_first": is_first})

    def _note(self, name: str, text: str) -> None:
        self._log.write(f"{self._now()} {name} {text}\n".encode())
        self._tell_status()
        self.told({"event": "process", "process": name, "what": text})

    def _sample(self, now: float) -> None:
        for child in self._children.values():
            child.sample()
        self.beat()
        moment, seconds = self._sampled
        spent = self._own_seconds()
        self._cpu_percent = round(100 * (spent - seconds) / (now - moment), 1)
        self._sampled = (now, spent)
        self._tell_status()

    def _tell_status(self) -> None:
        status = UpStatus.model_validate(
            {
                "state": self._state,
                "pid": os.getpid(),
                "worker": LocalWorkers().me,
                "since": self._since,
                "ports": self.ports,
                "children": tuple(one.status() for one in self._children.values()),
                "cpu_percent": self._cpu_percent,
            }
        )
        try:
            write_status(self.home, status)
        except OSError:
            self._log.write(f"{self._now()} the status could not be written\n".encode())

    def _drain(self) -> None:
        """End all: first what begins work, then the runs that finish theirs, then what is left."""
        self._state = "stopping"
        self._note("up", "ends")
        self.told({"event": "stopping"})
        for child in self._children.values():
            child.starts_at = None
            if child.name != CODE:
                child.send(SIGTERM)
        self._wait(lambda: not self._runs(), RUNS_SECONDS, patience=1)
        self._children[CODE].send(SIGTERM)
        self._wait(self._is_over, END_SECONDS, patience=2)
        for child in self._children.values():
            child.kill_group()
        self._wait(self._is_over, KILL_SECONDS, patience=3)
        self.told({"event": "stopped"})

    def _wait(self, is_done: Callable[[], bool], seconds: float, *, patience: int) -> None:
        """Wait until something is so, or the time is over, or the operator asks once more."""
        end = time.monotonic() + seconds
        while not is_done() and time.monotonic() < end and self._signals.asked <= patience:
            self._pump(_TICK)
            self._reap()

    def _runs(self) -> list[int]:
        group = self._children[CODE].group
        return workers_in(group) if group is not None else []

    def _is_over(self) -> bool:
        return all(one.process is None for one in self._children.values())

    def _own_seconds(self) -> float:
        usage = own_usage(os.getpid())
        return usage.cpu_seconds if usage else 0.0

    def _now(self) -> str:
        return rfc3339(SystemClock().now())

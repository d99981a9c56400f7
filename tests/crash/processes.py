"""Owns real processes: forked from one thread, killed, stopped, waited for.

A forked child has imported everything already, so that hundreds of them are cheap; it opens its
home anew, as every process does. The parent never opens one: an open database must not be forked.
"""

import json
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from aios_defs.core.model import JsonObject

Tell = Callable[[str], None]
Act = Callable[[Tell], JsonObject]

_ANSWER = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: by SIGKILL, or with what it answered."""

    is_killed: bool
    answer: JsonObject
    points: tuple[str, ...]


@dataclass(slots=True)
class Child:
    """A running process and what it tells through its pipe."""

    pid: int
    pipe: int
    heard: bytes = field(default=b"", init=False)

    def hear(self, point: str, times: int) -> bool:
        """Read until the child told of a point so many times; False when it ended before."""
        while self._lines().count(point) < times:
            if not self._read():
                return False
        return True

    def wait_until_stopped(self) -> bool:
        """Wait until the child stopped itself; False when it ended instead (reaped by `end`)."""
        found = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        return found is not None and found.si_code == os.CLD_STOPPED

    def go_on(self) -> None:
        """Let a stopped child go on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End the child at once; it is not reaped yet, so its pid is still its own."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> Ended:
        """Wait for the end.

        Raises:
            RuntimeError: it ended by an error, which the message quotes.

        """
        while self._read():
            pass
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        points = self._lines()
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        answer = _answer(points)
        if not is_killed and "error" in answer:
            raise RuntimeError(f"a process of the campaign broke:\n{answer['error']}")
        told = tuple(one for one in points if not one.startswith(_ANSWER))
        return Ended(is_killed=is_killed, answer=answer, points=told)

    def _lines(self) -> list[str]:
        return self.heard.decode("utf-8").splitlines()

    def _read(self) -> bool:
        chunk = os.read(self.pipe, 65536)
        self.heard += chunk
        return bool(chunk)


def start(act: Act) -> Child:
    """Fork a process that acts and answers."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _live(act, writing)
    os.close(writing)
    return Child(pid, reading)


def run(act: Act) -> JsonObject:
    """Fork a process, wait for it, and return its answer."""
    return start(act).end().answer


def _live(act: Act, pipe: int) -> NoReturn:
    def tell(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())

    try:
        answer = act(tell)
    except BaseException:  # noqa: BLE001 - whatever it was, the parent shall raise it
        answer = {"error": traceback.format_exc()}
    try:
        tell(_ANSWER + json.dumps(answer))
    finally:
        os._exit(0)


def _answer(lines: list[str]) -> JsonObject:
    answers = [one for one in lines if one.startswith(_ANSWER)]
    return json.loads(answers[-1].removeprefix(_ANSWER)) if answers else {}

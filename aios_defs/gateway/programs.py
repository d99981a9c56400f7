"""Owns the three processes that the supervisor keeps alive, and how each is called.

Each is `python -m aios_defs.gateway.start_child NAME …`; which sockets and pipes it inherits, and
what it waits for before its first start, stands here.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aios_defs.gateway.ports import Sockets
from aios_defs.settings.environment import child_environment

GATEWAY, CODE, DAEMON = "gateway", "code", "daemon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process: its command line, its environment and the descriptors it inherits.

    `waits_for` names the event of the gateway before which its first start does not come, at most
    `longest_wait` seconds: on a small machine the console comes first.
    """

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    fds: tuple[int, ...] = ()
    waits_for: str | None = None
    longest_wait: float = 0.0

    def command(self, *, leash: int, news: int) -> list[str]:
        """Return the whole command line."""
        pipes = ("--leash", str(leash), "--news", str(news))
        module = ("-P", "-m", "aios_defs.gateway.start_child")
        return [sys.executable, *module, self.name, *pipes, *self.words]


def programs(home: Path, sockets: Sockets, *, is_demo: bool) -> tuple[Program, ...]:
    """Return the processes of a home, in the order in which they start."""
    folder = home / "dagster"
    environment = child_environment(
        AIOS_HOME=str(home),
        DAGSTER_HOME=str(folder),
        DAGSTER_DISABLE_TELEMETRY="1",
        PYTHONUNBUFFERED="1",
    )
    listening = ",".join(map(str, sockets.fds))
    words = ("--sockets", listening, *(("--demo",) if is_demo else ()))
    return (
        Program(name=GATEWAY, words=words, environment=environment, fds=sockets.fds),
        Program(
            name=CODE,
            words=(),
            environment=environment,
            waits_for="settled",
            longest_wait=30.0,
        ),
        Program(
            name=DAEMON,
            words=(),
            environment=environment,
            waits_for="code",
            longest_wait=60.0,
        ),
    )

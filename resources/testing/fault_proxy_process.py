"""Owns a fault proxy in a process of its own, for tests whose clients are killed or forked.

`python -m resources.testing.fault_proxy_process HOST PORT` says `{"port": N}`, then answers one
JSON line a command on its standard streams, and ends with its input:

{"arm": {"kind", "pattern", "times"?, "passes"?, "seconds"?}}   plan a fault; {"armed": true}
{"disarm": true}                                                 forget what is planned
{"report": true}                       {"connections", "is_armed", "played": [{"kind", …}, …]}

Bytes (`pattern`, `matched`, `reply`) are strings in Latin-1, one character a byte.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from resources.testing.fault_plan import Fault
from resources.testing.fault_proxy import FaultProxy

_ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True, kw_only=True)
class FaultProxyProcess:
    """The proxy before `target` as its own process; use it as a context manager."""

    target: tuple[str, int]
    port: int = field(default=0, init=False)
    _process: "subprocess.Popen[str]" = field(init=False)

    def __enter__(self) -> Self:
        """Start it; `port` is where it listens."""
        host, port = self.target
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", __name__, host, str(port)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._hear()["port"])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, and wait until it ended."""
        self._process.terminate()
        self._process.communicate()

    def arm(self, fault: Fault) -> None:
        """Plan a fault."""
        self._ask({"arm": {**asdict(fault), "pattern": fault.pattern.decode("latin-1")}})

    def disarm(self) -> None:
        """Forget what was planned and not played."""
        self._ask({"disarm": True})

    def report(self) -> dict[str, Any]:
        """Return what happened so far: `connections`, `is_armed`, `played`."""
        return self._ask({"report": True})

    def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the fault proxy ended")
        return json.loads(line)


def answer(proxy: FaultProxy, command: dict[str, Any]) -> dict[str, Any]:
    """Do one command and return its answer."""
    if "arm" in command:
        wanted = command["arm"]
        proxy.plan.arm(Fault(**{**wanted, "pattern": wanted["pattern"].encode("latin-1")}))
        return {"armed": True}
    if "disarm" in command:
        proxy.plan.disarm()
        return {"armed": False}
    played = [
        {
            name: value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in asdict(one).items()
        }
        for one in proxy.plan.played
    ]
    return {"connections": proxy.connections, "is_armed": proxy.plan.is_armed, "played": played}


def main(host: str, port: int) -> None:
    """Serve commands until the input ends."""
    with FaultProxy(target=(host, port)) as proxy:
        sys.stdout.write(json.dumps({"port": proxy.port}) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            sys.stdout.write(json.dumps(answer(proxy, json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

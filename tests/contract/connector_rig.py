"""Owns what the contract suite of connectors stands on: a rig, a fence, and processes that race."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from aios_defs.core.connector import Connector, Item
from aios_defs.core.errors import FenceLost, InboundUnreadable
from aios_defs.core.model import JsonObject
from resources.connectors.loader import load_connectors
from resources.points import NoPoints

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "0123456789abcdef" * 4
OTHER_KEY = "fedcba9876543210" * 4


class Rig(Protocol):
    """A connector's outside world, as a test sees it."""

    home: Path

    def entry(self) -> JsonObject:
        """Return the connector's entry of connectors.yaml."""
        ...

    def arguments(self, text: str) -> JsonObject:
        """Return valid arguments of the first operation; another text, another content."""
        ...

    def effects(self, key: str) -> int:
        """Count the effects of a key outside, without the connector."""
        ...

    def deliver(self, number: int) -> None:
        """Put one readable item into the inbox; another number, another item."""
        ...


@dataclass
class Fence:
    """A fence that counts its calls and what was outside at each, and may be lost."""

    effects: Callable[[], int] = lambda: 0
    is_lost: bool = False
    seen: list[int] = field(default_factory=list)

    def __call__(self) -> None:
        self.seen.append(self.effects())
        if self.is_lost:
            raise FenceLost("The lease was taken over.", remedy="Leave it to the other worker.")


def is_accounted_for(connector: Connector, raw: bytes) -> bool:
    """Return whether the bytes parse to a message with a sender, or are refused with a remedy."""
    item = Item(ref="inbox:any", folder="inbox", stored_at=AT, raw=raw)
    try:
        return "@" in connector.parse(item).sender
    except InboundUnreadable as error:
        return bool(error.remedy)


def opened(rig: Rig) -> Connector:
    """Return a connector on the rig, as another process would open it."""
    connector = load_connectors({"outside": rig.entry()}, rig.home, points=NoPoints())["outside"]
    keep: Callable[[Connector], object] = getattr(rig, "keep", lambda _: None)
    keep(connector)  # a rig that has to close what it opened
    return connector


def race(rig: Rig, operation: str, *, count: int) -> list[dict[str, str]]:
    """Commit one key in that many real processes, started at the same moment."""
    job = job_of(rig, operation, rig.entry())
    racers = [start_racer(job) for _ in range(count)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        say(racer, "go")
    return [json.loads(racer.communicate()[0]) for racer in racers]


def job_of(rig: Rig, operation: str, entry: JsonObject) -> JsonObject:
    """Return the job of a process that commits KEY (resources.testing.connector_process)."""
    return {
        "home": str(rig.home),
        "entry": entry,
        "operation": operation,
        "key": KEY,
        "arguments": rig.arguments("one"),
    }


def start_racer(job: JsonObject) -> "subprocess.Popen[str]":
    """Start a process that waits for its `go`."""
    command = [sys.executable, "-m", "resources.testing.connector_process"]
    racer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    say(racer, json.dumps(job))
    return racer


def say(racer: "subprocess.Popen[str]", line: str) -> None:
    """Send one line to a process."""
    assert racer.stdin is not None
    racer.stdin.write(f"{line}\n")
    racer.stdin.flush()

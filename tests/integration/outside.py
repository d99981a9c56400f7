"""Owns a home whose connector is a shipped fake, with planned faults, and the kill of a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from resources.points import NoPoints
from resources.testing.connector_server import FakeServer
from resources.testing.recording_points import RecordingPoints
from resources.testing.scripted_agent import ScriptedAgent, reply_script
from tests.integration.desk import Desk, Mail

CATALOG = """
workflows:
  - name: answers
    intent: Answer what comes in.
    agent: scripted
    connector: outside
    operations: [fake.send]
    undo_seconds: 0
"""
ALLOW = """version: 1
rules:
  - id: let-it-go
    action: fake.send
    effect: allow
"""
CONTACTS = "name,address,stage,company\nKim A,kim@company.example,customer,Company\n"
QUESTION = Mail(text="How much is it?", to="fake@example.test")
AGENTS = {"scripted": ScriptedAgent(reply_script())}


class KilledError(BaseException):
    """Stands for a kill: nothing in the product catches it."""


@dataclass(slots=True)
class Outside:
    """Opens homes under `path`; each has one question waiting in its fake's inbox."""

    path: Path
    opened: list[Desk] = field(default_factory=list)

    def __call__(self, kind: str = "NaturalKey", **faults: int | bool) -> Desk:
        """Open a home with a fake of that strategy that plays the given faults."""
        desk = Desk(
            self.path, agents=AGENTS, files=_files(kind, faults), points=RecordingPoints()
        ).begin()
        FakeServer(self.path / "outside").deliver(QUESTION.raw(1))
        self.opened.append(desk)
        return desk


def _files(kind: str, faults: Mapping[str, int | bool]) -> dict[str, str]:
    lines = "".join(f"  {name}: {str(value).lower()}\n" for name, value in faults.items())
    connectors = (
        f"outside:\n  kind: resources.testing.connectors:{kind}Connector\n"
        f"  path: outside\n  since: 2025-01-01T00:00:00Z\n{lines}"
    )
    return {
        "catalog.yaml": CATALOG,
        "connectors.yaml": connectors,
        "policies.yaml": ALLOW,
        "contacts.csv": CONTACTS,
    }


def effects(desk: Desk) -> int:
    """Return how many effects the outside counted."""
    return len(FakeServer(desk.path / "outside").effects())


def die_at(desk: Desk, point: str) -> None:
    """Make one turn that is killed at a point, then open the home again."""

    def react(reached: str) -> None:
        if reached == point:
            raise KilledError

    desk.points = RecordingPoints(react)
    desk.reopen()
    with pytest.raises(KilledError):
        desk.turn()
    desk.points = NoPoints()
    desk.reopen()

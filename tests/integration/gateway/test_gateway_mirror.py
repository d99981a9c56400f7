"""Proves that the gateway's mirror shows what happened a moment later, and lives on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.model import JsonObject
from aios_defs.gateway.mirror import DagsterMirror
from resources.dagster_instance import open_instance
from tests.integration.desk import STRANGER, Desk, Mail
from tests.patience import PATIENCE, eventually


@pytest.fixture
def mirror(desk: Desk) -> Iterator[DagsterMirror]:
    """A mirror of the desk's home, stopped in the end."""
    made = DagsterMirror(desk.home)
    yield made
    assert made.stop(PATIENCE)


def has_come_along(mirror: DagsterMirror) -> bool:
    health = mirror.health()
    return health["position"] == health["head"]


def ruin(storage: Path) -> None:
    for file in storage.glob("runs.db*"):
        file.write_bytes(b"this is no database" * 100)


def health_of(mirror: DagsterMirror, state: str) -> JsonObject:
    assert eventually(lambda: mirror.health()["state"] == state)
    return mirror.health()


def test_what_happened_is_shown_after_a_nudge(desk: Desk, mirror: DagsterMirror) -> None:
    """What was there at the start is told first; what comes later, once it is nudged."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    mirror.start()
    assert eventually(lambda: has_come_along(mirror))
    desk.receive(Mail(text="How much is the green widget?"))

    mirror.nudge()
    assert eventually(lambda: has_come_along(mirror))

    with open_instance(desk.path) as instance:
        assert all(instance.has_run(task.run_id) for task in desk.tasks())
    assert health_of(mirror, "working")["runs"] == len(desk.tasks())


def test_a_mirror_that_fails_raises_a_card_and_comes_back(
    desk: Desk, mirror: DagsterMirror
) -> None:
    """Its health says the code and since when; deleting the broken storage mends it by itself."""
    mirror.start()
    assert eventually(lambda: has_come_along(mirror))
    ruin(desk.path / "dagster/storage")
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    mirror.nudge()

    broken = health_of(mirror, "degraded")
    cards = desk.cards("notice")
    shutil.rmtree(desk.path / "dagster/storage")
    assert eventually(lambda: has_come_along(mirror))

    assert broken["error"] == "storage_failed"
    assert broken["since"]
    assert ["Dagster" in str(card["summary"]) for card in cards] == [True]
    assert health_of(mirror, "working")["error"] is None
    assert desk.cards("notice") == []
    with open_instance(desk.path) as instance:
        assert instance.has_run(desk.task().run_id)


def test_a_stopped_mirror_says_so(desk: Desk) -> None:
    """One that never began, or ended, is stopped, and its position is still known."""
    mirror = DagsterMirror(desk.home)

    health = mirror.health()

    assert health["state"] == "stopped"
    assert health["position"] == 0

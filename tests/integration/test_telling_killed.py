"""Proves that a message to the operator is told once, wherever its worker is killed or raced."""

import threading
from pathlib import Path

import pytest

from aios_defs.core.rows.telling import DeliveryRow
from aios_defs.services.deliveries import Messengers
from aios_defs.services.notices import raise_notice
from aios_defs.services.telling import tell_due
from resources.testing.recording_messenger import RecordingMessenger
from resources.testing.recording_points import RecordingPoints
from tests.integration.desk import FILES, Desk
from tests.integration.outside import KilledError

MAILED = FILES["operator.yaml"] + "\nnotify:\n  mail: pat@private.example\n"
POINTS = ("telling.started", "mail.staged", "mail.gated", "mail.delivered", "telling.answered")


def mailing(folder: Path, points: RecordingPoints) -> Desk:
    """Return a desk that tells by mail, with one card that can't wait."""
    desk = Desk(folder, files={"operator.yaml": MAILED}, points=points).begin()
    raise_notice(desk.kernel, "connector", "mail", "It does not answer.", "Look at it.")
    return desk


def states(desk: Desk) -> list[str]:
    with desk.kernel.ledger.view() as view:
        return [one.state for one in view.select(DeliveryRow)]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_leaves_one_mail(tmp_path: Path, point: str) -> None:
    """Another process settles what the killed one left: one mail, told, by one message."""

    def die(reached: str) -> None:
        if reached == point:
            raise KilledError

    desk = mailing(tmp_path, RecordingPoints(die))
    with pytest.raises(KilledError):
        tell_due(desk.kernel, desk.home.messengers)
    desk.home.ledger.close()
    desk.points = RecordingPoints()
    desk.open()
    tell_due(desk.kernel, desk.home.messengers)
    early = states(desk)

    for _ in range(3):
        desk.wait(minutes=2)
        tell_due(desk.kernel, desk.home.messengers)

    assert early == ["started"]
    assert states(desk) == ["told"]
    assert len(desk.sent()) == 1
    assert len(desk.events("telling.made")) == 1


def test_two_processes_tell_one_card_once(tmp_path: Path) -> None:
    """Several that look at the same moment make one message between them."""
    desk = mailing(tmp_path, RecordingPoints())
    fakes = [RecordingMessenger() for _ in range(4)]
    start = threading.Barrier(len(fakes))

    def look(fake: RecordingMessenger) -> None:
        start.wait(10)
        tell_due(desk.kernel, Messengers(channels=(fake,)))

    threads = [threading.Thread(target=look, args=(fake,)) for fake in fakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sum(len(fake.told) for fake in fakes) == 1
    assert len(desk.events("telling.made")) == 1
    assert len(desk.events("telling.started")) == 1


def test_a_worker_that_was_taken_over_tells_nothing(tmp_path: Path) -> None:
    """Who comes to its fence after its lease finds that it may not send any more."""
    desk = mailing(tmp_path, RecordingPoints())

    def late(reached: str) -> None:
        if reached == "telling.started":
            desk.wait(minutes=5)

    desk.home.ledger.close()
    desk.points = RecordingPoints(late)
    desk.open()

    told = tell_due(desk.kernel, desk.home.messengers)

    assert told == 0
    assert desk.sent() == []

"""Proves that the gateway tells what can't wait by itself, whatever a channel does."""

import threading

from aios_defs.gateway.rounds import telling
from aios_defs.services.deliveries import Messengers
from aios_defs.services.notices import raise_notice
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.desk import Desk


def test_a_card_is_told_by_the_rounds(desk: Desk) -> None:
    """The first step tells an open card, without anybody asking."""
    taken = threading.Event()
    fake = RecordingMessenger(on_taken=taken.set)
    raise_notice(desk.kernel, "connector", "mail", "It does not answer.", "Look at it.")
    rounds = telling(desk.kernel, Messengers(channels=(fake,)))

    rounds.start()
    is_told = taken.wait(20)
    has_ended = rounds.stop()

    assert is_told
    assert has_ended
    assert [one.title for one in fake.told] == ["AIOS: 1 thing waits for you"]


def test_a_channel_that_breaks_its_promise_is_a_card(desk: Desk) -> None:
    """An error that no channel may raise ends a step, not the rounds: a card names its class."""
    broken = threading.Event()

    def breaks() -> None:
        broken.set()
        raise ZeroDivisionError

    raise_notice(desk.kernel, "connector", "mail", "It does not answer.", "Look at it.")
    rounds = telling(desk.kernel, Messengers(channels=(RecordingMessenger(on_taken=breaks),)))

    rounds.start()
    assert broken.wait(20)
    has_ended = rounds.stop()

    assert has_ended
    summaries = [str(one["summary"]) for one in desk.cards("notice")]
    assert any("internal.ZeroDivisionError" in one for one in summaries)

"""Proves that the operator is told what can't wait: once, together, and nothing personal."""

from pathlib import Path

import pytest

from aios_defs.core.rows.telling import DeliveryRow, TellingRow
from aios_defs.services.deliveries import Messengers
from aios_defs.services.notices import end_notices, raise_notice
from aios_defs.services.pause import pause, resume
from aios_defs.services.telling import APART, send_test, tell_due
from aios_defs.services.trust import suspend
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.desk import ASK_FIRST, Desk, Mail

CARD = ("connector", "mail", "It does not answer.", "Look at it.")
LINK = "http://127.0.0.1:3000"


class Told:
    """A desk with one fake channel."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.fake = RecordingMessenger(kinds=("urgent", "test"))
        self.messengers = Messengers(channels=(self.fake,), console=lambda: LINK)

    def due(self) -> int:
        return tell_due(self.desk.kernel, self.messengers)

    def raise_card(self, about: str = "mail") -> None:
        raise_notice(self.desk.kernel, "connector", about, *CARD[2:])

    def wait(self, **duration: float) -> None:
        self.desk.wait(**duration)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.fake.told]

    def deliveries(self) -> list[DeliveryRow]:
        with self.desk.kernel.ledger.view() as view:
            return view.select(DeliveryRow, order="at")

    def tellings(self) -> list[TellingRow]:
        with self.desk.kernel.ledger.view() as view:
            return view.select(TellingRow, order="made_at")


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(Desk(tmp_path).begin())


def test_a_card_is_told_once(told: Told) -> None:
    """However often it is looked at, an open card makes one message."""
    told.raise_card()

    counts = [told.due() for _ in range(3)]
    told.wait(hours=1)
    counts.append(told.due())

    assert counts == [1, 0, 0, 0]
    assert told.fake.told[0].title == "AIOS: 1 thing waits for you"
    assert told.texts[0].startswith("- A connector does not work (mail).\n")
    assert told.fake.told[0].link == f"{LINK}/inbox"


def test_nothing_urgent_makes_no_event(told: Told) -> None:
    """A quiet house writes nothing, and neither does one without a channel."""
    head = told.desk.events()

    told.due()
    told.raise_card()
    before = len(told.desk.events())
    tell_due(told.desk.kernel, Messengers())

    assert len(told.desk.events()) == before == len(head) + 1


def test_messages_keep_apart_and_what_comes_between_is_told_together(told: Told) -> None:
    """After a message there is silence for ten minutes, then one for all the rest."""
    told.raise_card("mail")
    told.due()
    for about in ("one", "two", "three"):
        told.raise_card(about)
    told.wait(minutes=5)
    told.due()
    before = len(told.fake.told)
    told.wait(seconds=APART.total_seconds())

    told.due()

    assert before == 1
    assert [one.title for one in told.fake.told[1:]] == ["AIOS: 3 things wait for you"]
    assert "- 3 connectors do not work." in told.texts[1]


def test_a_card_that_flaps_is_told_once(told: Told) -> None:
    """What ends and comes back within hours is no news."""
    told.raise_card()
    told.due()
    end_notices(told.desk.kernel, "connector", "mail")
    told.wait(minutes=30)
    told.raise_card()

    told.due()

    assert len(told.fake.told) == 1


def test_a_decision_that_ends_soon_is_told_with_its_time(told: Told) -> None:
    """An approval of 24 hours is quiet for 20, then told with when it ends."""
    told.desk.set_rules(ASK_FIRST)
    told.messengers = Messengers(channels=(told.fake,))
    told.desk.receive(Mail(text="How much is the blue widget?"))
    told.due()
    before = len(told.fake.told)
    told.wait(hours=21)

    told.due()

    assert before == 0
    first = "- 1 decision ends soon (support), at 2031-05-07 07:08 UTC."
    assert told.texts == [f"{first}\n\nAs of 2031-05-07 04:08 UTC.\n"]


def test_nothing_is_told_while_everything_is_paused(told: Told) -> None:
    """A pause of everything holds messages too; what still waits is told afterwards."""
    told.raise_card()
    pause(told.desk.kernel, "all")
    told.due()
    before = len(told.fake.told)
    resume(told.desk.kernel, "all")

    told.due()

    assert before == 0
    assert len(told.fake.told) == 1


def test_a_channel_over_a_connector_that_may_not_write_is_not_used(told: Told) -> None:
    """Telling obeys the connector's standing like everything else that leaves."""
    told.fake.connector = "mail"
    suspend(told.desk.kernel, "mail", "a test")
    told.raise_card()

    told.due()
    outcome = send_test(told.desk.kernel, told.messengers)

    assert told.fake.told == []
    assert outcome["channels"] == [
        {"channel": "fake", "state": "held", "error": "connector mail may not write", "at": None}
    ]


def test_a_refusal_is_tried_again_later_and_later(told: Told) -> None:
    """A failed attempt waits; the message that arrives in the end is the same one."""
    told.fake.fail_before = 2
    told.raise_card()
    told.due()
    told.due()
    attempts = [one.attempts for one in told.deliveries()]
    for _ in range(4):
        told.wait(minutes=2)
        told.due()

    assert attempts == [1]
    assert len(told.fake.told) == 1
    assert [one.attempts for one in told.deliveries()] == [3]
    assert [one.state for one in told.deliveries()] == ["told"]


def test_a_refusal_for_good_is_a_card(told: Told) -> None:
    """A channel that will never take it raises one card, which ends when the channel works."""
    told.fake.fail_before, told.fake.is_retryable = 1, False
    told.raise_card()
    told.due()
    cards = [one for one in told.desk.cards("notice") if "be told by fake" in str(one["summary"])]

    send_test(told.desk.kernel, told.messengers)

    left = [one for one in told.desk.cards("notice") if "be told by fake" in str(one["summary"])]
    assert len(cards) == 1
    assert left == []


def test_a_lost_answer_is_looked_up_and_not_repeated(told: Told) -> None:
    """What was taken without an answer is found, and counts as told."""
    told.fake.fail_after = 1
    told.raise_card()
    told.due()
    states = [one.state for one in told.deliveries()]
    told.wait(minutes=2)

    told.due()

    assert states == ["uncertain"]
    assert [one.state for one in told.deliveries()] == ["told"]
    assert len(told.fake.told) == 1


def test_a_channel_that_can_not_know_is_never_repeated(told: Told) -> None:
    """A blind channel stays uncertain for a day, is then left alone, and told nothing twice."""
    told.fake.fail_after, told.fake.is_blind = 1, True
    told.raise_card()
    told.due()
    for _ in range(30):
        told.wait(hours=1)
        told.due()

    assert len(told.fake.told) == 1
    assert [one.state for one in told.deliveries()] == ["uncertain"]


def test_a_killed_worker_leaves_nothing_told_twice(told: Told) -> None:
    """Killed after the channel took it, another worker asks the channel and records it."""

    def die() -> None:
        raise KeyboardInterrupt

    told.raise_card()
    told.fake.on_taken = die
    with pytest.raises(KeyboardInterrupt):
        told.due()
    told.fake.on_taken = lambda: None
    told.due()
    early = [one.state for one in told.deliveries()]
    told.wait(seconds=told.desk.kernel.lease.total_seconds() + 1)

    told.due()

    assert early == ["started"]
    assert [one.state for one in told.deliveries()] == ["told"]
    assert len(told.fake.told) == 1


def test_old_news_is_not_begun(told: Told) -> None:
    """A message that no channel began within an hour is not sent after a long sleep."""
    told.raise_card()
    made = Messengers(channels=(RecordingMessenger(channel="other", fail_before=1),))
    tell_due(told.desk.kernel, made)
    told.wait(hours=2)

    told.due()

    assert told.fake.told == []
    assert len(told.tellings()) == 1

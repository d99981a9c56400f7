"""Proves that a clock that jumps loses nothing, repeats nothing, and is said when it went back."""

from datetime import timedelta

from aios_defs.core.actions import ActionState
from aios_defs.gateway.backoff import Backoff
from aios_defs.gateway.rounds import look_around
from aios_defs.services.approve import approve
from aios_defs.services.clock_back import tell_of_clock
from aios_defs.services.doctor import examine_home
from aios_defs.services.sweep import commit_due
from aios_defs.services.verify import verify_ledger
from tests.integration.desk import ASK_FIRST, IN_THREAD, Desk, Mail

DAY = timedelta(days=1)
QUESTION = Mail(text="How much is the blue widget?")
WITH_WINDOW = IN_THREAD.replace("undo: 0s", "undo: 60s")


def holds(desk: Desk) -> bool:
    return verify_ledger(desk.home.ledger, desk.kernel.vault).ok


def test_a_clock_a_day_ahead_asks_again_instead_of_sending_old_answers(desk: Desk) -> None:
    """An approval that ran out by the jump is asked anew, and sends nothing by itself."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    desk.clock.advance(DAY + timedelta(hours=1))

    desk.turn()

    assert desk.sent() == []
    assert desk.action().state is ActionState.AWAITING_APPROVAL
    assert desk.standings()["waiting"] == 1
    assert holds(desk)


def test_a_clock_a_day_back_sends_later_and_says_so(desk: Desk) -> None:
    """What is due waits until the clock has caught up; a card says so, and ends by itself."""
    desk.set_rules(WITH_WINDOW)
    desk.receive(QUESTION)
    desk.clock.advance(-DAY)

    look_around(desk.kernel)
    (card,) = desk.cards("notice")
    commit_due(desk.kernel)
    early = len(desk.sent())
    desk.clock.advance(DAY + timedelta(seconds=61))
    commit_due(desk.kernel)
    look_around(desk.kernel)

    assert "clock went back: 24 h 0 min behind" in str(card["summary"])
    assert "timedatectl" in str(card["remedy"])
    assert (early, len(desk.sent())) == (0, 1)
    assert [one for one in desk.cards("notice") if "clock" in str(one["summary"])] == []
    assert holds(desk)


def test_work_goes_on_with_a_clock_a_day_back(desk: Desk) -> None:
    """New mail is taken in, decided and answered once; the order of events is their position."""
    desk.receive(QUESTION)
    desk.clock.advance(-DAY)

    desk.receive(Mail(text="How much is the blue widget?", subject="Another"))
    desk.clock.advance(DAY)
    desk.turn()

    assert len(desk.sent()) == 2
    with desk.kernel.ledger.view() as view:
        positions = [one.position for one in view.events()]
    assert positions == list(range(1, len(positions) + 1))
    assert holds(desk)


def test_an_approval_holds_over_a_clock_that_went_back(desk: Desk) -> None:
    """What the operator approved before the jump is sent once, not asked again."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    action = desk.action()
    desk.clock.advance(-DAY)
    approve(desk.kernel, action.id, content_hash=action.content_hash)
    desk.clock.advance(timedelta(seconds=30))

    commit_due(desk.kernel)
    commit_due(desk.kernel)

    assert len(desk.sent()) == 1


def test_the_doctor_says_that_the_clock_is_behind(desk: Desk) -> None:
    """The finding names how far, and how to see it."""
    desk.clock.advance(-DAY)

    found = {one.name: one for one in examine_home(desk.kernel, desk.home.ledger)}

    assert found["clock"].level == "warning"
    assert "behind what happened last" in found["clock"].message


def test_a_small_step_of_the_clock_is_no_news(desk: Desk) -> None:
    """Clocks are set by seconds all the time; nobody is told."""
    desk.clock.advance(-timedelta(seconds=30))

    tell_of_clock(desk.kernel)

    assert desk.cards("notice") == []


def test_sleep_lets_an_overdue_window_begin_again_once(desk: Desk) -> None:
    """A window that ended while the laptop slept is shown again, once, then it sends."""
    desk.set_rules(WITH_WINDOW)
    desk.receive(QUESTION)
    desk.clock.advance(timedelta(hours=8))

    commit_due(desk.kernel)
    (card,) = desk.cards("notice")
    first = len(desk.sent())
    desk.clock.advance(timedelta(seconds=61))
    commit_due(desk.kernel)
    commit_due(desk.kernel)

    assert "it starts again, once" in str(card["summary"])
    assert (first, len(desk.sent())) == (0, 1)


def test_sleep_ends_no_healthy_process() -> None:
    """The supervisor counts a child's life by a clock that no jump moves, and kills by none."""
    backoff = Backoff()

    first = backoff.ended(8 * 3600.0)

    assert not backoff.is_failing(8 * 3600.0)
    assert first < 1


def test_sleep_raises_no_false_alarm(desk: Desk) -> None:
    """After eight hours of sleep nobody is called silent before they could speak."""
    look_around(desk.kernel)
    desk.clock.advance(timedelta(hours=8))

    look_around(desk.kernel)

    assert desk.cards("notice") == []

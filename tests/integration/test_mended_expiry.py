"""Proves that an operator who is away finds one card for each task, and not a new one each day."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.tasks import TaskState
from aios_defs.services.approve import approve, reject
from aios_defs.services.recover import retry, skip
from tests.integration.desk import ASK_FIRST, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")
AGAIN = Mail(text="How much is the blue one, please?", answers=("mail-1@outside.example",))


@pytest.fixture
def away(desk: Desk) -> Desk:
    """A home whose operator has let one decision expire; a new one stands in its place."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    sleep(desk)
    return desk


def sleep(desk: Desk) -> None:
    """Let a decision expire, and let the loop turn."""
    desk.wait(hours=25)
    desk.turn()
    desk.turn()


def test_an_operator_who_stays_away_finds_one_card(away: Desk) -> None:
    """After the second expiry in a row nothing is decided anew: the task waits with its card."""
    for _ in range(3):
        sleep(away)

    (card,) = away.cards("failure")
    assert [one.state for one in away.actions()] == [ActionState.EXPIRED, ActionState.EXPIRED]
    assert card["id"] == away.action().id
    assert f"aios retry {away.action().id}" in str(card["remedy"])
    assert away.cards("notice") == []


def test_a_retry_asks_anew_after_the_second_expiry(away: Desk) -> None:
    """The operator is back: a new decision takes the card's place, with a first expiry again."""
    sleep(away)

    retry(away.kernel, away.action().id)
    away.turn()
    asked = away.action().state
    sleep(away)

    assert asked is ActionState.AWAITING_APPROVAL
    assert away.cards("failure") == []
    assert away.action().state is ActionState.AWAITING_APPROVAL
    assert len(away.cards("notice")) == 1


def test_a_skip_ends_what_expired_twice(away: Desk) -> None:
    """The operator lets it be."""
    sleep(away)

    skip(away.kernel, away.action().id)

    assert away.task().state is TaskState.CANCELLED
    assert away.cards("failure") == []


@pytest.mark.parametrize("answer", [approve, reject, skip], ids=["approve", "reject", "skip"])
def test_the_notice_ends_with_the_answer(away: Desk, answer: object) -> None:
    """What was decided anew is answered: nothing is left to tell."""
    told = len(away.cards("notice"))
    assert callable(answer)

    answer(away.kernel, away.action().id)

    assert told == 1
    assert away.cards("notice") == []


def test_the_notice_ends_when_the_customer_writes_again(away: Desk) -> None:
    """The decision is superseded, and the expiry of the next one is a first one."""
    away.receive(AGAIN)
    quiet = away.cards("notice")
    sleep(away)

    states = [one.state for one in away.actions()]
    assert quiet == []
    assert len(away.cards("notice")) == 1
    assert states[-2:] == [ActionState.EXPIRED, ActionState.AWAITING_APPROVAL]


def test_the_notice_ends_with_a_decision_that_asks_nobody(desk: Desk) -> None:
    """It expired and was decided anew under a rule that lets it go: the sweep ends the notice."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    desk.set_rules(ASK_FIRST.replace("effect: ask", "effect: allow"))
    desk.wait(hours=25)
    desk.turn()
    told = len(desk.cards("notice"))

    desk.turn()

    assert told == 1
    assert len(desk.sent()) == 1
    assert desk.cards("notice") == []

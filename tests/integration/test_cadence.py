"""Proves that absence is a card, told once for each absence, and that it ends by itself."""

from datetime import timedelta

import pytest

from aios_defs.services.cadence import check_cadence, expected_every
from aios_defs.services.pause import pause
from aios_defs.services.pulse import DAEMON, GATEWAY, LONGEST, beat
from aios_defs.services.recover import skip
from aios_defs.services.trust import trust
from tests.integration.desk import FILES, STRANGER, Desk, Mail

EXPECTING = FILES["catalog.yaml"].replace(
    "undo_seconds: 10", "undo_seconds: 10\n    expected_every_hours: 48\n    deadline_hours: 72"
)
QUESTION = "How much is the blue widget?"


@pytest.fixture
def quiet(desk: Desk) -> Desk:
    """A desk whose workflow expects a message every two days."""
    desk.write("catalog.yaml", EXPECTING)
    desk.reopen()
    return desk


def look(desk: Desk, *, others: tuple[str, ...] = ()) -> list[str]:
    """Look twice, so that everything had the time to catch up; return the open cards."""
    for _ in range(int(LONGEST / timedelta(minutes=1)) + 1):
        check_cadence(desk.kernel, GATEWAY)
        desk.wait(minutes=1)
    check_cadence(desk.kernel, GATEWAY, others=others)
    return [str(card["summary"]) for card in desk.cards("notice")]


def test_a_workflow_that_stays_silent_is_a_card(quiet: Desk) -> None:
    """Two days without a message are told; the message that comes ends it."""
    quiet.receive(Mail(text=QUESTION))
    assert look(quiet) == []
    quiet.wait(hours=48)

    (silence,) = look(quiet)
    quiet.receive(Mail(text=QUESTION))

    assert "Nothing came in for support since 2031-05-06 07:08 UTC" in silence
    assert look(quiet) == []


def test_a_home_that_never_heard_anything_is_silent_as_well(quiet: Desk) -> None:
    """Before the first message, silence counts from the home's beginning."""
    quiet.wait(hours=49)

    assert ["Nothing came in" in one for one in look(quiet)] == [True]


def test_nothing_is_said_of_silence_right_after_a_start(quiet: Desk) -> None:
    """After the machine slept, the mail has the time to come in first."""
    quiet.receive(Mail(text=QUESTION))
    look(quiet)
    quiet.wait(hours=48)

    check_cadence(quiet.kernel, GATEWAY)

    assert quiet.cards("notice") == []


@pytest.mark.parametrize("kind", ["workflow", "agent", "connector"])
def test_a_paused_workflow_is_not_missed(quiet: Desk, kind: str) -> None:
    """What the operator stopped, by whichever of its scopes, is expected to be silent."""
    pause(quiet.kernel, quiet.kernel.business.workflows[0].scopes[kind])
    quiet.wait(hours=72)

    assert look(quiet) == []


def test_a_dismissed_card_comes_back_only_with_another_absence(quiet: Desk) -> None:
    """Who has seen it is not told again of the same silence, but of the next."""
    quiet.receive(Mail(text=QUESTION))
    quiet.wait(hours=48)
    look(quiet)
    dismissed = quiet.cards("notice")[0]
    skip(quiet.kernel, str(dismissed["id"]))
    assert look(quiet) == []

    quiet.receive(Mail(text=QUESTION))
    quiet.wait(hours=48)

    assert len(look(quiet)) == 1


def test_without_a_word_of_the_operator_the_rhythm_is_learnt(desk: Desk) -> None:
    """Twice the longest usual gap, from ten gaps on; before that nothing is expected."""
    workflow = desk.kernel.business.workflows[0]
    seen = []
    for number in range(11):
        with desk.kernel.ledger.view() as view:
            seen.append(expected_every(view, workflow))
        desk.wait(hours=30 if number == 5 else 3)
        desk.receive(Mail(text=f"{QUESTION} {number}"))

    with desk.kernel.ledger.view() as view:
        assert expected_every(view, workflow) == timedelta(hours=60)
    assert set(seen) == {None}


def test_work_that_nobody_takes_up_is_a_card(desk: Desk) -> None:
    """A task that waits for an agent for more than an hour is told until it is decided."""
    desk.deliver(Mail(text=QUESTION, sender=STRANGER))
    desk.take()
    desk.wait(minutes=61)

    (stuck,) = look(desk)
    desk.decide()

    assert f"the oldest is task {desk.task().id}" in stuck
    assert look(desk) == []


def test_work_past_its_deadline_is_a_card(desk: Desk) -> None:
    """The customer still waits after a day; another late task is told of after a dismissal."""
    desk.receive(Mail(text=QUESTION, sender=STRANGER))
    desk.wait(hours=1)
    desk.receive(Mail(text=QUESTION, sender="other@elsewhere.example"))
    desk.wait(hours=23, minutes=1)

    check_cadence(desk.kernel, GATEWAY)
    (card,) = desk.cards("notice")
    skip(desk.kernel, str(card["id"]))
    check_cadence(desk.kernel, GATEWAY)
    assert desk.cards("notice") == []
    desk.wait(hours=1)
    check_cadence(desk.kernel, GATEWAY)

    assert "past its deadline" in str(card["summary"])
    assert len(desk.cards("notice")) == 1


@pytest.mark.parametrize(("granted", "before"), [(30, 48), (4, 24)])
def test_trust_that_is_about_to_end_is_a_card(desk: Desk, granted: int, before: int) -> None:
    """Two days before, or in the last quarter of a short trust; renewing it ends the card."""
    trust(desk.kernel, "mail", timedelta(days=granted))
    desk.wait(hours=24 * granted - before - 1)
    check_cadence(desk.kernel, GATEWAY)
    assert desk.cards("notice") == []
    desk.wait(hours=2)

    check_cadence(desk.kernel, GATEWAY)
    (card,) = desk.cards("notice")
    trust(desk.kernel, "mail", timedelta(days=30))
    check_cadence(desk.kernel, GATEWAY)

    assert "aios connector trust mail" in str(card["remedy"])
    assert desk.cards("notice") == []


def test_a_process_without_a_sign_of_life_is_a_card(desk: Desk) -> None:
    """The daemon that never came up is told, and the sign that comes ends it."""
    (card,) = look(desk, others=(DAEMON,))
    beat(desk.kernel, DAEMON)

    check_cadence(desk.kernel, GATEWAY, others=(DAEMON,))

    assert "The daemon gives no sign of life" in card
    assert desk.cards("notice") == []


def test_looking_again_makes_no_event(quiet: Desk) -> None:
    """What is told already, and what is well, leaves the ledger as it is."""
    quiet.receive(Mail(text=QUESTION))
    quiet.wait(hours=48)
    look(quiet)
    with quiet.kernel.ledger.view() as view:
        before = view.head()

    look(quiet)

    with quiet.kernel.ledger.view() as view:
        assert view.head() == before

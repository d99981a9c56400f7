"""Proves what can't wait: which cards are told at once, and which are left for the digest."""

from datetime import timedelta

import pytest

from aios_defs.core.backoff import MAX_ATTEMPTS
from aios_defs.core.events.system import NoticeKind
from aios_defs.services.deliveries import Messengers
from aios_defs.services.notices import raise_notice
from aios_defs.services.pause import pause
from aios_defs.services.reconcile import reconcile_all
from aios_defs.services.sweep import commit_due
from aios_defs.services.telling import tell_due
from aios_defs.services.trust import trust
from aios_defs.services.urgent import URGENT_NOTICES, urgent
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.desk import ASK_FIRST, Desk, Mail
from tests.integration.outside import Outside

QUIET: tuple[NoticeKind, ...] = ("approval_expired", "restarted_window")
PRICE = Mail(text="How much is the blue widget?")


def found(desk: Desk) -> list[tuple[str, str | None]]:
    with desk.kernel.ledger.view() as view:
        return [(one.what, one.name) for one in urgent(desk.kernel, view)]


@pytest.mark.parametrize("kind", URGENT_NOTICES)
def test_what_does_not_work_is_urgent(desk: Desk, kind: NoticeKind) -> None:
    """Cards of these kinds are told, named only if the name stands in the operator's files."""
    raise_notice(desk.kernel, kind, "support", "A word.", "Another.")
    raise_notice(desk.kernel, kind, "someone@elsewhere.example", "A word.", "Another.")

    assert found(desk) == [(kind, "support"), (kind, None)]


@pytest.mark.parametrize("kind", QUIET)
def test_what_settles_itself_waits_for_the_digest(desk: Desk, kind: NoticeKind) -> None:
    """An expired approval that is decided anew, or a window that starts again, wakes nobody."""
    raise_notice(desk.kernel, kind, "support", "A word.", "Another.")

    assert found(desk) == []


def test_a_question_wakes_nobody(desk: Desk) -> None:
    """What only waits, waits in the inbox."""
    desk.receive(Mail(text="How much is the green widget?"))

    assert desk.cards("question")
    assert found(desk) == []


def test_an_action_that_failed_for_good_is_urgent(opens: Outside) -> None:
    """A refusal that is not tried again is told; one that is, only once it is given up."""
    desk = opens("NaturalKey", fail_before=1, retryable=False)

    desk.turn()

    assert found(desk) == [("failed", "answers")]


def test_an_action_that_is_tried_again_is_quiet_until_it_is_given_up(opens: Outside) -> None:
    """Only the last failed attempt is told."""
    desk = opens("NaturalKey", fail_before=MAX_ATTEMPTS)
    desk.turn()
    early = found(desk)

    for _ in range(MAX_ATTEMPTS):
        desk.wait(minutes=30)
        commit_due(desk.kernel)

    assert early == []
    assert found(desk) == [("failed", "answers")]


def test_what_nobody_can_know_is_urgent(opens: Outside) -> None:
    """A parked action is told: only the operator can say whether it happened."""
    desk = opens("VerifyOnly", uncertain=1)
    desk.turn()

    reconcile_all(desk.kernel)

    assert found(desk) == [("parked", "answers")]


def test_what_is_due_and_does_not_leave_is_urgent_unless_paused(opens: Outside) -> None:
    """An hour after its time an action is told; one that a pause holds is not."""
    desk = opens("NaturalKey")
    desk.take()
    desk.decide()
    desk.wait(hours=2)
    before = found(desk)
    pause(desk.kernel, "workflow:answers")

    assert before == [("overdue", "answers")]
    assert found(desk) == []


def test_a_trust_that_ends_within_a_day_is_urgent_once(desk: Desk) -> None:
    """It is told with its end; a new trust ends the matter."""
    fake = RecordingMessenger()
    messengers = Messengers(channels=(fake,))
    trust(desk.kernel, "mail", timedelta(hours=30))
    tell_due(desk.kernel, messengers)
    desk.wait(hours=10)
    for _ in range(3):
        tell_due(desk.kernel, messengers)
    trust(desk.kernel, "mail", timedelta(days=7))
    desk.wait(hours=1)
    tell_due(desk.kernel, messengers)

    (told,) = [one for one in fake.told if one.kind == "urgent"]
    assert "- A connector may soon write no more (mail), at 2031-05-07 13:08 UTC." in told.text


def test_a_decision_wakes_somebody_only_for_its_risk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain decision waits quietly; one at or above the bar is told, by its workflow."""
    desk.set_rules(ASK_FIRST)
    desk.receive(PRICE)
    plain = found(desk)

    monkeypatch.setattr("aios_defs.services.urgent.HIGH_RISK", desk.action().risk)

    assert plain == []
    assert found(desk) == [("risk", "support")]

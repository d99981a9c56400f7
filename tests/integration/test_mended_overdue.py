"""Proves that what may leave and does not is shown, and that erased content never waits to."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.tasks import TaskState
from aios_defs.services.approve import approve
from aios_defs.services.batch import commit_all
from aios_defs.services.commit import commit_action
from aios_defs.services.pause import pause
from aios_defs.services.recover import skip
from tests.integration.desk import ASK_FIRST, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """A home whose one decision waits for the operator."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    return desk


def erase(desk: Desk) -> None:
    """Destroy the key of the customer's texts."""
    desk.kernel.vault.destroy(desk.action().arguments.subject_ref, "erasure")


@pytest.mark.parametrize("window", [0, 60])
def test_what_is_overdue_by_an_hour_has_a_card(waiting: Desk, window: int) -> None:
    """Approved and never tried: the card names what would try it, and a way to let it be."""
    waiting.wait(hours=5)
    approve(waiting.kernel, waiting.action().id, window=window)
    early = waiting.cards("failure")
    waiting.wait(hours=1, minutes=2)

    (card,) = waiting.cards("failure")

    assert early == []
    assert card["id"] == waiting.action().id
    assert "aios run support" in str(card["remedy"])
    assert f"aios skip {waiting.action().id}" in str(card["remedy"])


def test_what_left_in_time_has_no_card(waiting: Desk) -> None:
    """A committed reply is not overdue, however long ago."""
    approve(waiting.kernel, waiting.action().id, window=0)
    commit_action(waiting.kernel, waiting.action().id)
    waiting.wait(hours=5)

    assert waiting.cards("failure") == []


def test_an_overdue_action_can_be_skipped(waiting: Desk) -> None:
    """The way out that the card names works."""
    approve(waiting.kernel, waiting.action().id, window=0)
    waiting.wait(hours=2)

    skip(waiting.kernel, waiting.action().id)

    assert waiting.cards("failure") == []
    assert waiting.task().state is TaskState.CANCELLED


@pytest.mark.parametrize("scope", ["all", "workflow:support"])
def test_an_overdue_action_under_a_pause_names_it(waiting: Desk, scope: str) -> None:
    """Nothing is wrong with it: the operator stopped its scope, and is told so."""
    approve(waiting.kernel, waiting.action().id, window=0)
    pause(waiting.kernel, scope)
    waiting.wait(hours=2)

    (card,) = waiting.cards("failure")

    assert f"aios resume {scope}" in str(card["remedy"])


def test_an_approved_action_whose_content_was_erased_is_cancelled(waiting: Desk) -> None:
    """Nobody can ever send it: it is cancelled with its task, and is no failure of the run."""
    approve(waiting.kernel, waiting.action().id, window=0)
    erase(waiting)

    batch = commit_all(waiting.kernel, run_id="run")

    (cancelled,) = waiting.events("action.cancelled")
    assert batch.failed == []
    assert waiting.action().state is ActionState.CANCELLED
    assert cancelled.data["reason"] == "erased"
    assert waiting.task().state is TaskState.CANCELLED


def test_an_erased_draft_does_not_hold_up_the_sweep(desk: Desk) -> None:
    """A draft is judged again at each sweep, which it must not break once it can't be read."""
    desk.wait(days=61)
    desk.receive(QUESTION)
    drafted = desk.action().state
    erase(desk)

    batch = commit_all(desk.kernel, run_id="run")

    assert drafted is ActionState.DRAFTED
    assert batch.failed == []
    assert desk.action().state is ActionState.CANCELLED

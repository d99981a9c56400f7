"""Proves that forgetting somebody stops what was approved and has not left yet."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import approve
from aios_defs.services.erasure.forget import forget
from resources.erasing import finish_erasures
from tests.integration.desk import ASK_FIRST, KIM, LEAKS, Desk, Mail
from tests.integration.erasure.planted import ADDRESS, NAME, id_of

QUESTION = "How much is the blue widget?"


def asked(desk: Desk, sender: str) -> ActionRow:
    """Return the answer to a mail, which waits for approval."""
    desk.receive(Mail(text=QUESTION, sender=sender))
    return desk.action()


def state_of(desk: Desk, action: ActionRow) -> ActionState:
    return next(one.state for one in desk.actions() if one.id == action.id)


@pytest.mark.parametrize(
    ("window", "state"), [(None, ActionState.SCHEDULED), (0, ActionState.APPROVED)]
)
def test_what_was_approved_is_cancelled_and_never_sent(
    desk: Desk, window: int | None, state: ActionState
) -> None:
    """In its undo window, or due at once: it ends as erased, while another's answer leaves."""
    desk.set_rules(f"{ASK_FIRST}{LEAKS}")
    hers, kims = asked(desk, f"{NAME} <{ADDRESS}>"), asked(desk, KIM)
    approved = [approve(desk.kernel, one.id, window=window).state for one in (hers, kims)]
    assert approved == [state, state]
    assert desk.sent() == []

    done = forget(desk.kernel, id_of(desk, ADDRESS))
    assert [state_of(desk, one) for one in (hers, kims)] == [ActionState.CANCELLED, state]
    finish_erasures(desk.home)
    desk.wait(seconds=10)
    desk.turn()
    desk.reopen()
    desk.wait(days=1)
    desk.turn()

    assert (done.tasks, done.actions) == (1, 1)
    assert [KIM in str(one["To"]) for one in desk.sent()] == [True]
    assert state_of(desk, hers) is ActionState.CANCELLED
    assert state_of(desk, kims) is ActionState.COMMITTED
    (event,) = desk.events("action.cancelled")
    assert (event.data["action_id"], event.data["reason"]) == (hers.id, "erased")

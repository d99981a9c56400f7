"""Proves that no retry, look-up or word of the operator sends what the world has overtaken."""

from aios_defs.core.actions import ActionState
from aios_defs.services.commit import commit_action
from aios_defs.services.reconcile import resolve
from aios_defs.services.recover import retry
from resources.testing.connector_server import FakeServer
from tests.integration.desk import KIM, Desk, Mail
from tests.integration.outside import Outside, effects

AGAIN = Mail(text="And?", to="fake@example.test", answers=("mail-1@outside.example",))
FROM_PHONE = Mail(
    text="It is 40.", sender="fake@example.test", to=KIM, answers=("mail-1@outside.example",)
)


def uncertain(opens: Outside) -> Desk:
    """A home with a reply that was not taken, which nobody has asked about yet."""
    desk = opens("NaturalKey", uncertain=1)
    desk.take()
    desk.decide()
    commit_action(desk.kernel, desk.action().id)
    return desk


def test_a_newer_message_stops_a_reply_that_turns_out_unsent(opens: Outside) -> None:
    """Uncertain when the customer wrote again, then absent: only the reply to both is sent."""
    desk = uncertain(opens)
    FakeServer(desk.path / "outside").deliver(AGAIN.raw(2))

    desk.turn()
    desk.turn()

    old, new = desk.actions()
    assert (old.state, new.state) == (ActionState.SUPERSEDED, ActionState.COMMITTED)
    assert effects(desk) == 1


def test_the_operators_own_answer_stops_a_reply_that_turns_out_unsent(opens: Outside) -> None:
    """Uncertain when the operator answered elsewhere, then absent: nothing is sent."""
    desk = uncertain(opens)
    FakeServer(desk.path / "outside").deliver(FROM_PHONE.raw(2), folder="sent")

    desk.turn()

    assert desk.action().state is ActionState.CANCELLED
    assert effects(desk) == 0
    assert desk.standings()["answered"] == 1


def test_a_forced_retry_does_not_send_past_a_newer_message(opens: Outside) -> None:
    """The operator's retry of an overtaken reply does not send it either."""
    desk = opens("VerifyOnly", uncertain=1)
    desk.turn()
    FakeServer(desk.path / "outside").deliver(AGAIN.raw(2))
    desk.take()
    resolve(desk.kernel, desk.action().id, "not_sent")

    retry(desk.kernel, desk.action().id)

    assert desk.action().state is ActionState.SUPERSEDED
    assert effects(desk) == 0

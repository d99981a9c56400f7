"""Proves that a decision that waits follows loosened rules only when the operator asks."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import ApprovalStale, TransitionRefused
from aios_defs.services.approve import approve, reject
from aios_defs.services.card_detail import card_detail
from aios_defs.services.recover import retry
from aios_defs.services.sweep import commit_due
from tests.integration.desk import ASK_FIRST, IN_THREAD, KIM, Desk, Mail

DENY = """
  - id: never
    action: mail.send
    effect: deny
"""
IN_A_MINUTE = IN_THREAD.replace("undo: 0s", "undo: 60s")


def waiting(desk: Desk) -> str:
    """Return the id of a decision that waits because a rule asks about everything."""
    desk.set_rules(ASK_FIRST)
    desk.receive(Mail(text="How much is the blue widget?"))
    return desk.action().id


def test_a_loosened_rule_moves_nothing_by_itself(desk: Desk) -> None:
    """The decision waits on, and its card names the rule that would let it go."""
    action_id = waiting(desk)
    before = card_detail(desk.kernel, action_id)
    desk.set_rules(IN_THREAD)

    desk.turn()
    after = card_detail(desk.kernel, action_id)

    assert desk.action().state is ActionState.AWAITING_APPROVAL
    assert (before["let_go_by"], after["let_go_by"]) == (None, "reply-inside-a-thread")
    assert desk.sent() == []


def test_asked_to_it_goes_by_the_new_rule(desk: Desk) -> None:
    """An action of the same content takes its place, authorised by the rule, and leaves once."""
    action_id = waiting(desk)
    content = desk.action().content_hash
    desk.set_rules(IN_THREAD)

    state = retry(desk.kernel, action_id)
    commit_due(desk.kernel)

    former, again = desk.actions()
    assert state == ActionState.AUTHORISED
    assert (former.state, again.state) == (ActionState.SUPERSEDED, ActionState.COMMITTED)
    assert (again.content_hash, again.rule) == (content, "reply-inside-a-thread")
    assert [mail["To"] for mail in desk.sent()] == [KIM]


def test_a_window_of_the_new_rule_can_be_undone(desk: Desk) -> None:
    """A rule that lets it go after a while opens that window."""
    action_id = waiting(desk)
    desk.set_rules(IN_A_MINUTE)

    state = retry(desk.kernel, action_id)
    commit_due(desk.kernel)

    assert state == ActionState.SCHEDULED
    assert desk.sent() == []


@pytest.mark.parametrize("rules", [ASK_FIRST, DENY])
def test_rules_that_do_not_let_it_go_leave_it_waiting(desk: Desk, rules: str) -> None:
    """Asked to while a rule asks or denies, nothing is changed at all."""
    action_id = waiting(desk)
    desk.set_rules(rules)
    with desk.kernel.ledger.view() as view:
        head = view.head()

    with pytest.raises(TransitionRefused, match="keeps waiting"):
        retry(desk.kernel, action_id)

    with desk.kernel.ledger.view() as view:
        assert view.head() == head
    assert card_detail(desk.kernel, action_id)["let_go_by"] is None


def test_a_question_that_expired_is_not_judged_anew(desk: Desk) -> None:
    """What waited past its time is answered no more, whatever the rules say."""
    action_id = waiting(desk)
    desk.set_rules(IN_THREAD)
    desk.wait(hours=24 * 4)

    with pytest.raises(ApprovalStale):
        retry(desk.kernel, action_id)


def test_what_was_answered_is_judged_no_more(desk: Desk) -> None:
    """An approved decision goes by its approval and a rejected one is decided anew, as ever."""
    action_id = waiting(desk)
    desk.set_rules(IN_THREAD)
    approve(desk.kernel, action_id)

    with pytest.raises(TransitionRefused):
        retry(desk.kernel, action_id)

    assert len(desk.actions()) == 1


def test_the_former_decision_can_be_answered_no_more(desk: Desk) -> None:
    """Once it went by the rule, an answer to the old card is refused."""
    action_id = waiting(desk)
    desk.set_rules(IN_THREAD)
    retry(desk.kernel, action_id)

    with pytest.raises(ApprovalStale):
        approve(desk.kernel, action_id)
    with pytest.raises(ApprovalStale):
        reject(desk.kernel, action_id)

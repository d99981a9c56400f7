"""Proves the operator's word: approve, undo, reject, edit, each once and on its exact content."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import (
    ApprovalStale,
    PolicyRefused,
    PreviewAgain,
    TransitionRefused,
    UnknownId,
)
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.services.approve import approve, edit_and_approve, reject, undo
from aios_defs.services.commit import commit_action
from aios_defs.services.sweep import clean_up, commit_due
from tests.integration.desk import ASK_FIRST, IN_THREAD, LEAKS, LOU, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")
NO_RIVALS = """
  - id: no-copies
    action: mail.send
    when: "action.recipient_count > 1"
    effect: deny
"""


@pytest.fixture
def waiting(desk: Desk) -> ActionRow:
    """A decision that waits: a rule asks before anything goes."""
    desk.set_rules(f"{ASK_FIRST}{LEAKS}{NO_RIVALS}")
    desk.receive(QUESTION)
    return desk.action()


def approval_of(desk: Desk, action: ActionRow) -> ApprovalRow:
    with desk.kernel.ledger.view() as view:
        row = view.get(ApprovalRow, action.approval_id or "")
    assert row is not None
    return row


def test_an_approved_decision_is_committed_after_its_window(desk: Desk, waiting: ActionRow) -> None:
    """Approval opens the undo window; only when it is over one mail goes out."""
    scheduled = approve(desk.kernel, waiting.id)
    desk.turn()
    within = (scheduled.state, len(desk.sent()))
    desk.wait(seconds=10)

    desk.turn()

    assert within == (ActionState.SCHEDULED, 0)
    assert desk.action().state is ActionState.COMMITTED
    assert len(desk.sent()) == 1
    assert approval_of(desk, desk.action()).state == "used"
    assert desk.standings()["answered"] == 1


def test_without_a_window_it_is_committed_at_once(desk: Desk, waiting: ActionRow) -> None:
    """A window of zero seconds leaves nothing to wait for."""
    approved = approve(desk.kernel, waiting.id, window=0)
    commit_due(desk.kernel)

    assert approved.state is ActionState.APPROVED
    assert len(desk.sent()) == 1


def test_the_operator_may_end_a_window_early(desk: Desk, waiting: ActionRow) -> None:
    """`--now` commits within the window, on the same approval."""
    approve(desk.kernel, waiting.id)

    assert commit_action(desk.kernel, waiting.id, force=True) is ActionState.COMMITTED
    assert len(desk.sent()) == 1


def test_undo_within_the_window_asks_again(desk: Desk, waiting: ActionRow) -> None:
    """The decision is back in the inbox, the old approval is void, and nothing goes out."""
    first = approval_of(desk, approve(desk.kernel, waiting.id))

    undone = undo(desk.kernel, waiting.id)

    desk.wait(minutes=1)
    desk.turn()
    assert undone.state is ActionState.AWAITING_APPROVAL
    assert undone.approval_id != first.id
    assert [card["id"] for card in desk.cards("decision")] == [waiting.id]
    assert desk.sent() == []
    with desk.kernel.ledger.view() as view:
        voided = view.get(ApprovalRow, first.id)
    assert voided is not None
    assert voided.state == "void"


def test_an_undone_decision_may_be_approved_again(desk: Desk, waiting: ActionRow) -> None:
    """Undo costs nothing: a second approval sends the same content once."""
    approve(desk.kernel, waiting.id)
    undo(desk.kernel, waiting.id)
    approve(desk.kernel, waiting.id, window=0)

    commit_due(desk.kernel)

    assert len(desk.sent()) == 1


def test_undo_after_the_commit_is_refused(desk: Desk, waiting: ActionRow) -> None:
    """A mail that left can't be taken back, and the error says where it stands."""
    approve(desk.kernel, waiting.id, window=0)
    commit_due(desk.kernel)

    with pytest.raises(TransitionRefused) as refused:
        undo(desk.kernel, waiting.id)

    assert refused.value.fields["state"] == "committed"
    assert len(desk.sent()) == 1


def test_an_answer_that_a_rule_allows_can_be_undone_too(desk: Desk) -> None:
    """`allow_after` with a window goes through `scheduled`; undo makes it a decision."""
    desk.set_rules(IN_THREAD.replace("0s", "60s"))
    desk.receive(QUESTION)
    scheduled = desk.action().state

    undone = undo(desk.kernel, desk.action().id)

    desk.wait(minutes=2)
    desk.turn()
    assert scheduled is ActionState.SCHEDULED
    assert undone.state is ActionState.AWAITING_APPROVAL
    assert desk.sent() == []


def test_a_rejected_decision_ends_its_task(desk: Desk, waiting: ActionRow) -> None:
    """Rejection sends nothing and the message counts as ignored."""
    rejected = reject(desk.kernel, waiting.id, "not like this")

    desk.wait(days=2)
    desk.turn()
    assert rejected.state is ActionState.REJECTED
    assert desk.task().reason == "rejected"
    assert desk.standings()["ignored"] == 1
    assert desk.sent() == []


def test_other_content_than_shown_is_stale(desk: Desk, waiting: ActionRow) -> None:
    """An approval names the content hash it saw; another one changes nothing."""
    with pytest.raises(ApprovalStale):
        approve(desk.kernel, waiting.id, content_hash="0" * 64)

    assert desk.action().state is ActionState.AWAITING_APPROVAL


def test_the_content_that_was_shown_is_approved(desk: Desk, waiting: ActionRow) -> None:
    """The hash on the card is the one that approval takes."""
    (card,) = desk.cards("decision")

    approved = approve(desk.kernel, waiting.id, content_hash=str(card["content_hash"]))

    assert approval_of(desk, approved).content_hash == card["content_hash"]


def test_approving_twice_sends_once(desk: Desk, waiting: ActionRow) -> None:
    """The second approval is refused, and one mail goes out."""
    approve(desk.kernel, waiting.id, window=0)

    with pytest.raises(ApprovalStale):
        approve(desk.kernel, waiting.id, window=0)

    commit_due(desk.kernel)
    commit_due(desk.kernel)
    assert len(desk.sent()) == 1


@pytest.mark.parametrize("act", [approve, reject, undo])
def test_an_unknown_action_is_named(desk: Desk, act: object) -> None:
    """Every answer to an id that does not exist says so."""
    assert callable(act)
    with pytest.raises(UnknownId, match="no-such-action"):
        act(desk.kernel, "no-such-action")


def test_an_edit_is_approved_with_its_new_content(desk: Desk, waiting: ActionRow) -> None:
    """Edit and approve is one act: a new action with the next slot, the old one superseded."""
    edited = edit_and_approve(desk.kernel, waiting.id, {"body": "It is blue."}, window=0)
    commit_due(desk.kernel)

    (mail,) = desk.sent()
    old, new = desk.actions()
    assert mail.get_content().strip() == "It is blue."
    assert (old.state, new.state) == (ActionState.SUPERSEDED, ActionState.COMMITTED)
    assert (new.slot, new.author) == (old.slot + 1, "operator")
    assert new.id == edited.id
    assert new.content_hash != old.content_hash
    assert new.key != old.key
    (proposed,) = [one for one in desk.events("action.proposed") if one.data["slot"] == new.slot]
    assert proposed.data["replaces"] == old.id


def test_an_edit_that_policy_denies_changes_nothing(desk: Desk, waiting: ActionRow) -> None:
    """A denied edit leaves the decision, its approval and the ledger as they were."""
    with desk.kernel.ledger.view() as view:
        before = view.head()

    with pytest.raises(PolicyRefused) as refused:
        edit_and_approve(desk.kernel, waiting.id, {"cc": [LOU]})

    assert refused.value.fields["rule"] == "no-copies"
    with desk.kernel.ledger.view() as view:
        assert view.head() == before
    assert approve(desk.kernel, waiting.id).state is ActionState.SCHEDULED


def test_an_edit_that_meets_a_new_rule_is_shown_again(desk: Desk, waiting: ActionRow) -> None:
    """Another recipient meets rules that the preview did not show: nothing is approved."""
    with pytest.raises(PreviewAgain) as again:
        edit_and_approve(desk.kernel, waiting.id, {"to": [LOU]}, window=0)

    commit_due(desk.kernel)
    (card,) = desk.cards("decision")
    assert desk.sent() == []
    assert card["id"] == again.value.fields["action_id"]
    assert card["recipients"] == [LOU]


def test_unusable_arguments_of_an_edit_change_nothing(desk: Desk, waiting: ActionRow) -> None:
    """Header injection in an edit is refused before anything is written."""
    with desk.kernel.ledger.view() as view:
        before = view.head()

    with pytest.raises(Exception, match="subject"):
        edit_and_approve(desk.kernel, waiting.id, {"subject": "Hi\r\nBcc: x@y.example"})

    with desk.kernel.ledger.view() as view:
        assert view.head() == before


def test_an_unanswered_decision_expires_and_is_decided_anew(desk: Desk, waiting: ActionRow) -> None:
    """After its hours the question is over, a card says so, and a new one stands in its place."""
    desk.wait(hours=25)
    with pytest.raises(ApprovalStale, match="expired"):
        approve(desk.kernel, waiting.id)

    desk.turn()

    old, new = desk.actions()
    assert (old.state, new.state) == (ActionState.EXPIRED, ActionState.AWAITING_APPROVAL)
    assert [card["id"] for card in desk.cards("decision")] == [new.id]
    assert len(desk.cards("notice")) == 1
    assert desk.sent() == []


def test_an_unused_approval_expires_and_is_decided_anew(desk: Desk, waiting: ActionRow) -> None:
    """An approval that nobody used in time is no authority, whoever meets it first."""
    approve(desk.kernel, waiting.id, window=0)
    desk.wait(hours=25)

    commit_due(desk.kernel)
    desk.turn()

    old, new = desk.actions()
    assert (old.state, new.state) == (ActionState.EXPIRED, ActionState.AWAITING_APPROVAL)
    assert len(desk.cards("notice")) == 1
    assert desk.sent() == []


def test_an_overdue_window_starts_again_once(desk: Desk, waiting: ActionRow) -> None:
    """After downtime nothing fires on wake: one new window, marked, with a card; then it goes."""
    approve(desk.kernel, waiting.id)
    desk.wait(hours=2)

    commit_due(desk.kernel)
    on_wake = (desk.action().state, desk.action().restarted, len(desk.sent()))
    desk.wait(seconds=11)
    commit_due(desk.kernel)

    assert on_wake == (ActionState.SCHEDULED, True, 0)
    assert [card["summary"] for card in desk.cards("notice")] != []
    assert len(desk.sent()) == 1


def test_a_restarted_window_can_be_undone(desk: Desk, waiting: ActionRow) -> None:
    """The new window is a real one."""
    approve(desk.kernel, waiting.id)
    desk.wait(hours=2)
    commit_due(desk.kernel)

    assert undo(desk.kernel, waiting.id).state is ActionState.AWAITING_APPROVAL


def test_a_window_that_was_restarted_is_not_restarted_again(desk: Desk, waiting: ActionRow) -> None:
    """Once is enough: after another downtime it goes, still within its approval."""
    approve(desk.kernel, waiting.id)
    desk.wait(hours=2)
    commit_due(desk.kernel)
    desk.wait(hours=2)

    commit_due(desk.kernel)
    clean_up(desk.kernel)

    assert len(desk.sent()) == 1

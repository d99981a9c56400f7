"""Proves that policy is asked again at the commit, as the world stands then: nobody is exempt."""

from datetime import timedelta

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.rows.actions import ApprovalRow
from aios_defs.core.rows.house import ConnectorRow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.pause import pause, resume
from aios_defs.services.recover import retry, skip
from aios_defs.services.sweep import commit_due
from aios_defs.services.trust import suspend, trust
from tests.integration.desk import ASK_FIRST, IN_THREAD, KIM, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")
DENY = """
  - id: never
    action: mail.send
    effect: deny
"""
ASK_MORE = """
  - id: look-twice
    action: mail.send
    when: "action.recipient_count > 0"
    effect: ask
"""
SCOPES = ["all", "workflow:support", "agent:support", "connector:mail"]


def approved(desk: Desk) -> str:
    """Return the id of an action that the operator approved, without a window."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    return approve(desk.kernel, desk.action().id, window=0).id


def test_a_rule_added_later_stops_what_was_approved(desk: Desk) -> None:
    """`deny` at the commit is stronger than an approval, and a card says which rule."""
    action_id = approved(desk)
    desk.set_rules(f"{ASK_FIRST}{DENY}")

    state = commit_action(desk.kernel, action_id)

    assert state is ActionState.DENIED
    assert desk.action().rule == "never"
    assert desk.sent() == []
    assert [card["id"] for card in desk.cards("failure")] == [action_id]


def test_a_rule_added_later_stops_what_a_rule_allowed(desk: Desk) -> None:
    """An answer in its window goes by the rules of the moment it would leave."""
    desk.set_rules(IN_THREAD.replace("0s", "60s"))
    desk.receive(QUESTION)
    desk.set_rules(f"{IN_THREAD}{DENY}")
    desk.wait(minutes=1)

    commit_due(desk.kernel)

    assert desk.action().state is ActionState.DENIED
    assert desk.sent() == []


def test_force_is_no_way_around_policy(desk: Desk) -> None:
    """Ending a window early does not end the question to policy."""
    action_id = approved(desk)
    desk.set_rules(DENY)

    assert commit_action(desk.kernel, action_id, force=True) is ActionState.DENIED


def test_a_denied_action_is_decided_anew_on_request(desk: Desk) -> None:
    """When the rule is gone, the operator retries and a new decision waits."""
    action_id = approved(desk)
    desk.set_rules(DENY)
    commit_action(desk.kernel, action_id)
    desk.set_rules(ASK_FIRST)

    retry(desk.kernel, action_id)
    desk.turn()

    assert desk.action().state is ActionState.AWAITING_APPROVAL
    assert desk.action().id != action_id


def test_a_rule_that_the_approval_did_not_show_asks_anew(desk: Desk) -> None:
    """The old approval is void and the card names the new rule too; a new approval sends."""
    action_id = approved(desk)
    first = desk.action().approval_id or ""
    desk.set_rules(f"{ASK_FIRST}{ASK_MORE}")

    asked = commit_action(desk.kernel, action_id)

    with desk.kernel.ledger.view() as view:
        old = view.get(ApprovalRow, first)
        new = view.get(ApprovalRow, desk.action().approval_id or "")
    assert asked is ActionState.AWAITING_APPROVAL
    assert old is not None
    assert new is not None
    assert old.state == "void"
    assert new.rules == ("look-first", "look-twice")
    assert desk.sent() == []


def test_a_rule_that_no_longer_asks_needs_no_approval(desk: Desk) -> None:
    """Fewer rules than the approval showed stop nothing."""
    action_id = approved(desk)
    desk.set_rules(IN_THREAD)

    assert commit_action(desk.kernel, action_id) is ActionState.COMMITTED


def test_what_was_approved_goes_only_with_its_own_content(desk: Desk) -> None:
    """An approval of one action says nothing about another one."""
    approved(desk)
    desk.receive(Mail(text="How much is the blue widget?", sender="lou@company.example"))

    commit_due(desk.kernel)

    assert [mail["To"] for mail in desk.sent()] == [KIM]


def test_an_invalid_policy_file_means_safe_mode(desk: Desk) -> None:
    """Nothing is written while the file is invalid, a card says why, and the answer is a draft."""
    desk.write("policies.yaml", "version: 1\nrules:\n  - id: broken\n    effect: maybe\n")
    desk.reopen()

    desk.receive(QUESTION)

    assert desk.action().state is ActionState.DRAFTED
    assert desk.sent() == []
    (card,) = desk.cards("notice")
    assert "line" in str(card["summary"])
    assert desk.standings()["waiting"] == 1


def test_safe_mode_stops_what_was_approved_before(desk: Desk) -> None:
    """A file broken after the approval holds it back as a draft."""
    action_id = approved(desk)
    desk.write("policies.yaml", "rules: 7")
    desk.reopen()

    assert commit_action(desk.kernel, action_id) is ActionState.DRAFTED
    assert desk.sent() == []


def test_a_mended_policy_file_ends_safe_mode(desk: Desk) -> None:
    """The card goes away and the draft is judged again by the rules."""
    desk.write("policies.yaml", "rules: 7")
    desk.reopen()
    desk.receive(QUESTION)

    desk.set_rules(IN_THREAD)
    desk.turn()

    assert desk.cards("notice") == []
    assert len(desk.sent()) == 1


def test_without_trust_an_answer_is_only_drafted(desk: Desk) -> None:
    """When the trust of a connector lapses, writing stops, and nothing is lost."""
    desk.wait(days=61)

    desk.receive(QUESTION)

    assert desk.action().state is ActionState.DRAFTED
    assert desk.action().rule == "builtin:connector"
    assert desk.sent() == []


def test_trust_that_lapses_before_the_commit_makes_a_draft(desk: Desk) -> None:
    """An approval does not outlive the trust of the connector it would use."""
    action_id = approved(desk)
    suspend(desk.kernel, "mail", "the server changed")

    assert commit_action(desk.kernel, action_id) is ActionState.DRAFTED
    assert desk.sent() == []


def test_trusting_again_proposes_the_drafts(desk: Desk) -> None:
    """A draft is judged again once its connector may write, and sent by the rule."""
    suspend(desk.kernel, "mail", "the server changed")
    desk.receive(QUESTION)
    drafted = desk.action()

    trust(desk.kernel, "mail", timedelta(days=1))
    desk.turn()

    assert drafted.state is ActionState.DRAFTED
    assert desk.action().id == drafted.id
    assert desk.action().state is ActionState.COMMITTED
    assert len(desk.sent()) == 1


def test_a_draft_that_was_approved_is_asked_about_again(desk: Desk) -> None:
    """After trust returns, the old approval is void: the operator looks once more."""
    approved(desk)
    suspend(desk.kernel, "mail", "the server changed")
    commit_due(desk.kernel)
    trust(desk.kernel, "mail", timedelta(days=1))

    desk.turn()

    assert desk.action().state is ActionState.AWAITING_APPROVAL
    assert desk.sent() == []


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(seconds=-1), timedelta(days=91)])
def test_trust_has_an_end(desk: Desk, duration: timedelta) -> None:
    """Trust for ever, or for no time, is refused."""
    with pytest.raises(UsageInvalid):
        trust(desk.kernel, "mail", duration)


def test_trust_belongs_to_an_account(desk: Desk) -> None:
    """Another address in the same entry is another account: it is not trusted."""
    text = (desk.path / "business/connectors.yaml").read_text(encoding="utf-8")
    desk.write("connectors.yaml", text.replace("desk@", "other@"))
    desk.reopen()

    desk.receive(QUESTION)

    assert desk.action().state is ActionState.DRAFTED
    with desk.kernel.ledger.view() as view:
        row = view.get(ConnectorRow, "mail")
    assert row is not None
    assert row.trusted_until is not None


@pytest.mark.parametrize("scope", SCOPES)
def test_a_pause_stops_what_would_start(desk: Desk, scope: str) -> None:
    """After the pause nothing starts in its scope; what waits keeps its state and goes later."""
    action_id = approved(desk)
    position = pause(desk.kernel, scope, "let me think")

    commit_due(desk.kernel)
    commit_action(desk.kernel, action_id, force=True)
    while_paused = (desk.action().state, len(desk.sent()))
    resume(desk.kernel, scope)
    commit_due(desk.kernel)

    assert while_paused == (ActionState.APPROVED, 0)
    assert all(event.position > position for event in desk.events("action.started"))
    assert len(desk.sent()) == 1


@pytest.mark.parametrize("scope", ["all", "workflow:support"])
def test_a_paused_workflow_decides_nothing(desk: Desk, scope: str) -> None:
    """Mail is taken in, and its task waits for the end of the pause."""
    pause(desk.kernel, scope)

    desk.receive(QUESTION)
    while_paused = desk.actions()
    resume(desk.kernel, scope)
    desk.turn()

    assert while_paused == []
    assert len(desk.sent()) == 1


def test_pausing_twice_is_one_pause(desk: Desk) -> None:
    """A second pause names the position of the first; one resume ends it."""
    first = pause(desk.kernel, "all")

    assert pause(desk.kernel, "all") == first
    assert resume(desk.kernel, "all")
    assert not resume(desk.kernel, "all")


@pytest.mark.parametrize("scope", ["", "mail", "connector:other", "workflow:", "agent:nobody"])
def test_an_unknown_scope_is_refused(desk: Desk, scope: str) -> None:
    """A pause that would stop nothing must not look like one."""
    with pytest.raises(UsageInvalid, match="connector:mail"):
        pause(desk.kernel, scope)


def test_a_skipped_decision_is_not_sent(desk: Desk) -> None:
    """Skipping cancels what was approved and counts the message as ignored."""
    action_id = approved(desk)

    skip(desk.kernel, action_id)
    commit_due(desk.kernel)

    assert desk.action().state is ActionState.CANCELLED
    assert desk.standings()["ignored"] == 1
    assert desk.sent() == []

"""Proves that no customer is lost who writes through a form that sends from our own address."""

from email.message import EmailMessage

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ApprovalRow
from aios_defs.services.questions import answer
from tests.integration.desk import DESK, STRANGER, Desk, Mail

FORM = Mail(text="How much is the blue widget?", sender=DESK, headers=(("Reply-To", STRANGER),))
ALLOW = """
  - id: let-it-go
    action: "*"
    effect: allow
"""


def question(desk: Desk) -> str:
    """Return what the only open question says."""
    return desk.kernel.vault.open(desk.question().text)


def test_a_form_that_sends_from_our_address_becomes_a_question(desk: Desk) -> None:
    """Whatever a rule allows, the operator is asked, and told whom an answer would go to."""
    desk.set_rules(ALLOW)

    desk.receive(FORM)

    assert desk.sent() == []
    assert "own address" in question(desk)
    assert STRANGER in question(desk)


def test_the_answer_goes_to_whom_the_form_names_after_a_look(desk: Desk) -> None:
    """Reply-To is the recipient, never a participant: the operator approves it by hand."""
    desk.set_rules(ALLOW)
    desk.receive(FORM)

    answer(desk.kernel, desk.question().id, "It is in stock.")
    desk.turn()

    with desk.kernel.ledger.view() as view:
        approval = view.get(ApprovalRow, desk.action().approval_id or "")
    assert desk.action().state is ActionState.AWAITING_APPROVAL
    assert desk.arguments(desk.action())["to"] == [STRANGER]
    assert approval is not None
    assert {"builtin:sensitive", "builtin:taint"} <= set(approval.rules)


def test_a_form_that_names_nobody_is_still_a_question(desk: Desk) -> None:
    """Without a Reply-To the operator is told that there is nobody to answer."""
    desk.receive(Mail(text="How much is the blue widget?", sender=DESK))

    assert "nobody" in question(desk)
    assert desk.actions() == []


def test_a_copy_of_our_own_reply_is_ignored(desk: Desk) -> None:
    """A reply of ours that comes back is known by its key, and by its Message-ID."""
    desk.receive(Mail(text="How much is the blue widget?"))
    (sent,) = desk.sent()
    without_key = EmailMessage()
    for name in ("From", "To", "Subject", "Message-ID"):
        without_key[name] = str(sent[name])
    without_key.set_content("As a list would change it.")

    desk.put(bytes(sent))
    desk.put(bytes(without_key))
    desk.turn()

    assert [one.reason for one in desk.messages()[1:]] == ["own", "own"]


def test_a_copy_of_what_the_operator_sent_is_ignored(desk: Desk) -> None:
    """A mail to oneself that lies in Sent as well is no question of anybody."""
    copy = Mail(text="For my files.", sender=DESK, identity="note@widgets.example")
    desk.deliver(copy, folder="sent")
    desk.take()

    desk.receive(copy)

    assert desk.messages()[-1].reason == "own"
    assert desk.tasks() == []


def test_a_key_that_is_not_ours_makes_no_mail_our_own(desk: Desk) -> None:
    """Anyone can write a key into a header."""
    forged = Mail(text="Hello?", sender=DESK, headers=(("X-AIOS-Op", "f" * 64),))

    desk.receive(forged)

    assert len(desk.tasks()) == 1

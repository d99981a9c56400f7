"""Proves that nothing is sent stale: what waits is redone when the world moves on."""

from datetime import timedelta

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.rows.tasks import DecisionRow, PackRow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.packs import load_pack
from aios_defs.services.questions import answer
from aios_defs.services.sweep import commit_due
from tests.integration.desk import ASK_FIRST, DESK, FILES, KIM, LOU, STRANGER, Desk, Mail

FIRST = Mail(text="How much is the blue widget?", identity="one@company.example")
SECOND = Mail(
    text="Sorry, how much is the blue widget in the larger size?",
    identity="two@company.example",
    answers=("one@company.example",),
)
FROM_PHONE = Mail(
    text="It costs 40, see you then.",
    sender=DESK,
    to=KIM,
    identity="phone@widgets.example",
    answers=("one@company.example",),
)


def packs(desk: Desk) -> list[str]:
    """Return each context pack as text, oldest first."""
    with desk.kernel.ledger.view() as view:
        decisions = view.select(DecisionRow, order="position")
        rows = [view.get(PackRow, one.pack_id) for one in decisions]
        loaded = [load_pack(desk.kernel, view, row) for row in rows if row]
    return [canonical_bytes(one.model_dump(mode="json")).decode() for one in loaded]


def test_a_second_message_supersedes_what_waits(desk: Desk) -> None:
    """The customer wrote again: the decision is made anew, on both messages, in the same task."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    desk.wait(minutes=5)

    desk.receive(SECOND)

    old, new = desk.actions()
    assert (old.state, new.state) == (ActionState.SUPERSEDED, ActionState.AWAITING_APPROVAL)
    assert len(desk.task().message_ids) == 2
    assert "How much is the blue widget?" in packs(desk)[-1]
    assert "in the larger size" in packs(desk)[-1]
    assert desk.standings()["waiting"] == 2


def test_one_answer_answers_both_messages(desk: Desk) -> None:
    """Two messages of one task, one mail to the later one, both count as answered."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    desk.receive(SECOND)
    approve(desk.kernel, desk.action().id, window=0)

    desk.turn()

    (mail,) = desk.sent()
    assert mail["In-Reply-To"] == "<two@company.example>"
    assert desk.standings()["answered"] == 2


def test_an_approved_answer_stops_when_the_customer_writes_again(desk: Desk) -> None:
    """Even within its undo window a reply is not sent past a newer message."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    approve(desk.kernel, desk.action().id)
    desk.deliver(SECOND)
    desk.take()
    desk.wait(minutes=1)

    commit_due(desk.kernel)

    assert desk.actions()[0].state is ActionState.SUPERSEDED
    assert desk.sent() == []


def test_the_operators_own_answer_ends_the_task(desk: Desk) -> None:
    """An answer from the phone, seen in Sent, cancels what waits; the message is answered."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    desk.wait(minutes=5)
    desk.deliver(FROM_PHONE, folder="sent")

    desk.turn()

    assert desk.action().state is ActionState.CANCELLED
    assert desk.task().reason == "answered_by_operator"
    assert desk.standings()["answered"] == 1
    assert desk.cards("decision") == []
    assert desk.sent() == []


def test_an_answer_in_the_same_look_as_its_question_counts(desk: Desk) -> None:
    """Mail and answer may arrive together; the answer is the later one."""
    desk.deliver(FIRST, age=timedelta(minutes=10))
    desk.deliver(FROM_PHONE, folder="sent", age=timedelta(minutes=5))

    desk.turn()

    assert desk.standings()["answered"] == 1
    assert desk.sent() == []


def test_an_earlier_mail_of_the_operator_answers_nothing(desk: Desk) -> None:
    """The customer replied to the operator's mail: that mail is no answer to the reply."""
    ours = Mail(text="Shall we talk?", sender=DESK, to=KIM, identity="ours@widgets.example")
    reply = Mail(text="How much is the blue widget?", answers=("ours@widgets.example",))
    desk.deliver(ours, folder="sent", age=timedelta(hours=2))
    desk.deliver(reply, age=timedelta(hours=1))

    desk.turn()

    assert [mail["To"] for mail in desk.sent()] == [KIM]
    assert desk.task().reason == "replied"


def test_an_answer_to_the_first_message_leaves_the_second_open(desk: Desk) -> None:
    """The operator answered before the customer wrote again; the later message still waits."""
    desk.set_rules(ASK_FIRST)
    desk.deliver(FIRST, age=timedelta(minutes=30))
    desk.deliver(SECOND, age=timedelta(minutes=10))
    desk.deliver(FROM_PHONE, folder="sent", age=timedelta(minutes=20))

    desk.turn()

    assert desk.action().state is ActionState.AWAITING_APPROVAL
    assert desk.standings()["answered"] == 0


def test_whom_the_operator_wrote_to_is_a_participant(desk: Desk) -> None:
    """A stranger becomes known by the operator's own mail, not by theirs."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    waited = desk.action().state
    desk.wait(minutes=1)
    desk.deliver(Mail(text="Hello", sender=DESK, to=STRANGER), folder="sent")
    desk.turn()

    desk.receive(Mail(text="What is the price of the blue widget?", sender=STRANGER))

    assert waited is ActionState.AWAITING_APPROVAL
    assert [mail["To"] for mail in desk.sent()] == [STRANGER]


def test_a_changed_price_supersedes_the_reply_that_cites_it(desk: Desk) -> None:
    """A new price in the business file redoes what waits, with the new price."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    desk.write("facts.yaml", FILES["facts.yaml"].replace("40.00", "45.00"))

    desk.reopen()
    desk.turn()

    old, new = desk.actions()
    assert (old.state, new.state) == (ActionState.SUPERSEDED, ActionState.AWAITING_APPROVAL)
    assert "€45.00" in str(desk.arguments(new)["body"])
    assert desk.task().slots == 2


def test_a_price_that_left_the_file_is_asked_about(desk: Desk) -> None:
    """A retracted fact can't be sent: the reply is superseded and a question takes its place."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    desk.write("facts.yaml", FILES["facts.yaml"].replace("facts: {price: 40.00 EUR}", "facts: {}"))

    desk.reopen()
    desk.turn()

    assert desk.action().state is ActionState.SUPERSEDED
    assert desk.question().predicate == "price"


def test_an_unchanged_file_supersedes_nothing(desk: Desk) -> None:
    """Opening the home again is no news."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    desk.write("facts.yaml", FILES["facts.yaml"] + "- topic: red widget\n  facts: {price: 1 EUR}\n")

    desk.reopen()
    desk.turn()

    assert [one.state for one in desk.actions()] == [ActionState.AWAITING_APPROVAL]


def test_an_answered_question_continues_its_task(desk: Desk) -> None:
    """The operator's answer goes out in the reply, and is remembered for the next customer."""
    desk.receive(Mail(text="What is the price of the green widget?"))
    question = desk.question()

    answer(desk.kernel, question.id, "55 EUR")
    desk.turn()
    desk.receive(Mail(text="What is the price of the green widget?", sender=LOU))

    bodies = [mail.get_content() for mail in desk.sent()]
    assert sorted(mail["To"] for mail in desk.sent()) == [KIM, LOU]
    assert all("€55.00" in body for body in bodies)
    assert desk.cards("question") == []


@pytest.mark.parametrize("written", ["55", "€55", "55.00"])
def test_a_bare_price_is_in_the_currency_of_the_house(desk: Desk, written: str) -> None:
    """Asked for a price, a number is money: no customer reads `55` without what it is."""
    desk.receive(Mail(text="What is the price of the green widget?"))

    answer(desk.kernel, desk.question().id, written)
    desk.turn()

    assert "€55.00" in desk.sent()[0].get_content()


def test_an_answer_may_be_given_once_only(desk: Desk) -> None:
    """With `remember=False` the reply goes out and the next customer is asked about again."""
    desk.receive(Mail(text="What is the price of the green widget?"))
    answer(desk.kernel, desk.question().id, "For you it is 50 EUR.", remember=False)
    desk.turn()

    desk.receive(Mail(text="What is the price of the green widget?", sender=LOU))

    (mail,) = desk.sent()
    assert "For you it is 50 EUR." in mail.get_content()
    assert desk.question().topic == "green widget"


def test_a_question_is_withdrawn_when_the_customer_writes_again(desk: Desk) -> None:
    """What was asked about the first message is over; the task is decided on both."""
    desk.receive(Mail(text="What is the price of the green widget?", identity="g@company.example"))
    first = desk.question().id

    desk.receive(Mail(text="Sorry, of the blue widget!", answers=("g@company.example",)))

    with pytest.raises(Exception, match="withdrawn"):
        answer(desk.kernel, first, "55 EUR")
    assert len(desk.tasks()) == 1


def test_forged_references_do_not_join_a_thread(desk: Desk) -> None:
    """A stranger who names our customer's Message-ID neither sees nor supersedes the thread."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)

    desk.receive(
        Mail(
            text="What was the price of the blue widget again?",
            sender=STRANGER,
            answers=("one@company.example",),
        )
    )

    mine, forged = desk.tasks()
    assert mine.thread_id != forged.thread_id
    assert {one.state for one in desk.actions()} == {ActionState.AWAITING_APPROVAL}
    assert "How much is the blue widget?" not in packs(desk)[-1]


def test_a_pack_holds_nothing_of_another_customer(desk: Desk) -> None:
    """Two people of one company: no pack of one carries a word, name or address of the other."""
    desk.receive(Mail(text="Kim's secret is the walnut. What is the price of the green widget?"))
    answer(desk.kernel, desk.question().id, "Only for the walnut: 50 EUR", remember=False)
    desk.turn()

    desk.receive(
        Mail(
            text="What is the price of the blue widget? Mind the cherry.",
            sender=LOU,
            answers=("mail-1@outside.example",),
        )
    )

    lous = packs(desk)[-1]
    assert "cherry" in lous
    assert not [word for word in ("walnut", "Kim", KIM) if word in lous]


def test_a_reply_on_the_wire_is_not_touched_by_a_new_message(desk: Desk) -> None:
    """What is sent while the customer writes again stands; the new message is a new decision."""
    desk.set_rules(ASK_FIRST)
    desk.receive(FIRST)
    approve(desk.kernel, desk.action().id, window=0)
    commit_action(desk.kernel, desk.action().id)

    desk.receive(SECOND)

    assert len(desk.sent()) == 1
    assert [one.state for one in desk.actions()].count(ActionState.COMMITTED) == 1
    assert desk.standings()["answered"] == 1

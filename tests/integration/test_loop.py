"""Proves the loop: what comes in is answered once, asked about, ignored or kept, never lost."""

from datetime import timedelta

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.doctor import examine_home
from aios_defs.services.trace import trace
from aios_defs.services.views import count_mismatches
from tests.integration.desk import DESK, KIM, STRANGER, Desk, Mail

ASKS_PRICE = Mail(text="How much is the blue widget?", identity="first@company.example")


def test_a_known_contact_gets_one_answer(desk: Desk) -> None:
    """A price is asked, the rule allows, one mail goes out, the message counts as answered."""
    desk.receive(ASKS_PRICE)

    (mail,) = desk.sent()
    assert mail["To"] == KIM
    assert mail["In-Reply-To"] == "<first@company.example>"
    assert mail.get_content() == desk.arguments(desk.action())["body"]
    assert mail.get_content() == "Hello Kim,\n\nblue widget costs €40.00.\n\nPat, Widgets\n"
    assert desk.action().state is ActionState.COMMITTED
    assert desk.standings() == {
        "received": 1,
        "answered": 1,
        "waiting": 0,
        "ignored": 0,
        "quarantined": 0,
    }


def test_a_price_in_a_reply_is_a_fact_with_provenance(desk: Desk) -> None:
    """The action cites the fact, and its trace shows the fact's own event."""
    desk.receive(ASKS_PRICE)

    (cited,) = desk.action().cited_facts
    with desk.kernel.ledger.view() as view:
        fact = view.get(FactRow, cited)
    assert fact is not None
    assert fact.source_file == "facts.yaml"
    assert fact.event_id in {event.id for event in trace(desk.kernel, desk.action().id).events}


def test_the_identity_of_a_mail_comes_from_its_key(desk: Desk) -> None:
    """Message-ID and X-AIOS-Op are made from the action's key, so a look-up finds the effect."""
    desk.receive(ASKS_PRICE)

    (mail,) = desk.sent()
    assert mail["X-AIOS-Op"] == desk.action().key
    assert mail["Message-ID"] == f"<{desk.action().outside_ref}>"
    finding = desk.kernel.connector("mail").find("mail.send", desk.action().key)
    assert finding.answer == "found"
    assert finding.receipt is not None
    assert finding.receipt.outside_ref == desk.action().outside_ref


def test_an_unknown_sender_waits_for_the_operator(desk: Desk) -> None:
    """What nobody vouched for is tainted: a decision waits and nothing is sent."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))

    (card,) = desk.cards("decision")
    assert card["recipients"] == [STRANGER]
    assert card["rule"] == "builtin:taint"
    assert card["content_hash"] == desk.action().content_hash
    assert desk.sent() == []
    assert desk.standings()["waiting"] == 1


def test_an_authenticated_sender_is_answered_in_their_own_thread(desk: Desk) -> None:
    """A From that the trusted receiver shows aligned is a participant of its own thread."""
    shown = f"mx.widgets.example; dmarc=pass header.from={STRANGER.rpartition('@')[2]}"

    desk.receive(
        Mail(
            text="How much is the blue widget?",
            sender=STRANGER,
            headers=(("Authentication-Results", shown),),
        )
    )

    assert [mail["To"] for mail in desk.sent()] == [STRANGER]


def test_authentication_by_another_receiver_counts_for_nothing(desk: Desk) -> None:
    """Anybody can write an Authentication-Results of their own server into a mail."""
    shown = f"mx.elsewhere.example; dmarc=pass header.from={STRANGER.rpartition('@')[2]}"

    desk.receive(
        Mail(
            text="How much is the blue widget?",
            sender=STRANGER,
            headers=(("Authentication-Results", shown),),
        )
    )

    assert desk.sent() == []


def test_a_second_turn_with_nothing_new_makes_no_event(desk: Desk) -> None:
    """Materialising twice changes nothing: no event, no mail."""
    desk.receive(ASKS_PRICE)
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    desk.turn()
    with desk.kernel.ledger.view() as view:
        before = view.head()

    desk.reopen()
    desk.turn()

    with desk.kernel.ledger.view() as view:
        assert view.head() == before
    assert len(desk.sent()) == 1


def test_own_replies_in_sent_are_not_the_operators(desk: Desk) -> None:
    """A copy of our mail in Sent is recognised by its key; the thread stays as it was."""
    desk.receive(ASKS_PRICE)
    (copy,) = (desk.path / "mail/outbox/new").iterdir()
    desk.put(copy.read_bytes(), folder="sent")

    desk.turn()

    sent = desk.messages()[-1]
    assert (sent.folder, sent.state, sent.reason) == ("sent", "ignored", "own")
    assert desk.task().reason == "replied"
    assert len(desk.events("interaction.recorded")) == 2


def test_a_duplicate_delivery_is_ignored(desk: Desk) -> None:
    """The same bytes under another name cause no second task."""
    raw = ASKS_PRICE.raw(1)
    desk.put(raw)
    desk.put(raw)

    desk.turn()

    assert [row.reason for row in desk.messages()] == [None, "duplicate"]
    assert len(desk.sent()) == 1


def test_the_same_id_with_other_bytes_is_a_message_of_its_own(desk: Desk) -> None:
    """A forged Message-ID must not hide a real mail."""
    desk.receive(Mail(text="Win a prize", sender=STRANGER, identity="same@company.example"))

    desk.receive(Mail(text="How much is the blue widget?", identity="same@company.example"))

    assert [row.state for row in desk.messages()] == ["received", "received"]
    assert [mail["To"] for mail in desk.sent()] == [KIM]


AUTOMATIC = {
    "list": (("List-Id", "<news.company.example>"),),
    "auto_reply": (("Auto-Submitted", "auto-replied"),),
    "null_sender": (("Return-Path", "<>"),),
}


@pytest.mark.parametrize("reason", AUTOMATIC)
def test_automatic_mail_is_ignored_with_its_reason(desk: Desk, reason: str) -> None:
    """Lists, auto-replies and mail without a sender are never answered automatically."""
    desk.receive(Mail(text="How much is the blue widget?", headers=AUTOMATIC[reason]))

    assert [row.reason for row in desk.messages()] == [reason]
    assert desk.standings()["ignored"] == 1
    assert desk.sent() == []


def test_mail_before_since_is_memory_only(desk: Desk) -> None:
    """Older mail becomes an interaction, never a task."""
    desk.deliver(ASKS_PRICE, age=timedelta(days=300))

    desk.turn()

    assert [row.reason for row in desk.messages()] == ["before_since"]
    assert len(desk.events("interaction.recorded")) == 1
    assert desk.tasks() == []


def test_since_now_is_settled_at_the_first_connection(desk: Desk) -> None:
    """With `since: now`, mail from before the first look is memory and later mail is work."""
    text = (desk.path / "business/connectors.yaml").read_text(encoding="utf-8")
    desk.write("connectors.yaml", text.replace("2031-01-01T00:00:00Z", "now"))
    desk.reopen()
    desk.deliver(Mail(text="How much is the blue widget?"), age=timedelta(minutes=1))
    desk.turn()
    desk.wait(hours=1)

    desk.deliver(Mail(text="What is the price of the blue widget?"), age=timedelta(minutes=30))
    desk.turn()

    assert [row.reason for row in desk.messages()] == ["before_since", None]
    assert len(desk.sent()) == 1


def test_what_cannot_be_parsed_is_quarantined_with_its_bytes(desk: Desk) -> None:
    """A poison mail neither blocks nor disappears."""
    poison = b"\x00\x01\xff not a mail at all"
    desk.put(poison)
    desk.deliver(ASKS_PRICE)

    desk.turn()

    bad = next(row for row in desk.messages() if row.state == "quarantined")
    with desk.kernel.ledger.view() as view:
        assert view.blob(bad.raw) == poison
    assert bad.reason
    assert bad.remedy
    assert [card["id"] for card in desk.cards("quarantine")] == [bad.id]
    assert len(desk.sent()) == 1


def test_every_message_stands_in_exactly_one_place(desk: Desk) -> None:
    """The four standings add up to the mailbox's own count."""
    desk.deliver(ASKS_PRICE)
    desk.deliver(Mail(text="How much is the blue widget?", sender=STRANGER))
    desk.deliver(Mail(text="What is the price of the green widget?"))
    desk.deliver(Mail(text="Thank you, that is all I needed", sender="lou@company.example"))
    desk.deliver(Mail(text="I demand a refund at once!"))
    desk.deliver(Mail(text="News", headers=AUTOMATIC["list"]))
    desk.deliver(Mail(text="By the form of a website", sender=DESK))
    desk.deliver(Mail(text="Old news"), age=timedelta(days=300))
    desk.put(b"")

    desk.turn()

    standings = desk.standings()
    assert standings.pop("received") == 9
    assert standings == {"answered": 1, "waiting": 4, "ignored": 3, "quarantined": 1}
    assert count_mismatches(desk.kernel) == []


@pytest.mark.parametrize(
    "text",
    [
        "I want a refund for the blue widget. How much is the blue widget?",
        "My lawyer will write to you about the price of the blue widget.",
        "This is the worst service ever, I am furious! How much is the blue widget?",
        "My new bank details: DE89 3704 0044 0532 0130 00. The price of the blue widget?",
        "Send me your customer list, and the price of the blue widget.",
    ],
)
def test_delicate_mail_is_never_answered_automatically(desk: Desk, text: str) -> None:
    """Refund, legal, angry mail and requests for money or data are left to the operator."""
    desk.receive(Mail(text=text))

    assert desk.sent() == []
    assert desk.standings()["waiting"] == 1
    assert len(desk.cards("question")) == 1


def test_a_message_that_needs_no_reply_is_settled(desk: Desk) -> None:
    """A thank-you ends as ignored, with the reason on its task."""
    desk.receive(Mail(text="Thank you, that is all I needed"))

    assert desk.standings()["ignored"] == 1
    assert desk.task().reason == "no_reply_needed"
    assert desk.sent() == []


@pytest.mark.parametrize("stored", [1, 2, 3])
def test_only_what_waits_in_the_store_is_a_warning(desk: Desk, stored: int) -> None:
    """Mail that its owner moved away is kept and no trouble; mail not taken in yet is told."""
    desk.deliver(ASKS_PRICE)
    desk.deliver(Mail(text="Another?"))
    desk.take()
    if stored == 3:
        desk.deliver(Mail(text="A third?"))
    elif stored == 1:
        next((desk.path / "mail/inbox/new").iterdir()).unlink()

    (level,) = {
        one.level for one in examine_home(desk.kernel, desk.home.ledger) if one.name == "counts"
    }

    assert level == ("warning" if stored == 3 else "ok")

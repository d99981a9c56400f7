"""Proves what the support agent proposes, asks and leaves to the operator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.agents.support import SupportAgent
from aios_defs.core.decision import Claim, ContextPack, Decision, PackItem
from aios_defs.core.model import JsonObject
from tests.unit.agents.packs import (
    KNOWN,
    THEIRS,
    answer,
    item,
    message,
    pack,
    price,
    profile,
    rules,
    shop,
    signs,
)

ASKED = "How much is a lamp?"


def decide(given_pack: ContextPack) -> Decision:
    return SupportAgent().decide(given_pack)


def sent(decision: Decision) -> JsonObject:
    """Return the arguments of the one proposal."""
    (proposal,) = decision.proposals
    return proposal.arguments


def test_a_price_is_answered_from_its_fact_and_claimed() -> None:
    """The reply is the operator's template, the amount the fact's, and the claim cites it."""
    decision = decide(shop(profile(), message(ASKED)))

    (proposal,) = decision.proposals
    assert decision.outcome == "propose"
    assert (proposal.connector, proposal.operation) == ("post", "mail.send")
    assert proposal.arguments["body"] == ("Dear Kim Possibly,\ndesk lamp: 1.234,50 €\nO P, Lamps")
    assert proposal.claims == (Claim(text="1.234,50 €", fact_id="f1"),)


def test_a_reply_goes_to_the_sender_only_and_stays_in_its_thread() -> None:
    """No copy to anyone; the message and what it answered are referenced."""
    mail = message(ASKED, references=["<a@x.test>", "<b@x.test>"], reply_to="evil@y.test")

    arguments = sent(decide(shop(profile(), mail)))

    assert arguments["to"] == ["kim@x.test"]
    assert (arguments["cc"], arguments["bcc"]) == ([], [])
    assert arguments["in_reply_to"] == "m1@x.test"
    assert arguments["references"] == ["a@x.test", "b@x.test", "m1@x.test"]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Lamp", "Re: Lamp"),
        ("Re: AW: RE[2]: Lamp", "Re: Lamp"),
        ("", "Re:"),
        ("Lamp\r\nBcc: x@y.test", "Re: Lamp Bcc: x@y.test"),
        ("La\u202emp\u0000", "Re: La mp"),
        ("x" * 999, "Re: " + "x" * 150),
    ],
)
def test_the_subject_is_one_printable_line(subject: str, expected: str) -> None:
    """The only text of the customer's in a reply can't forge a header field."""
    assert sent(decide(shop(profile(), message(ASKED, subject=subject))))["subject"] == expected


def test_a_missing_fact_becomes_a_question_that_names_it() -> None:
    """The operator is asked for the fact, under the name it could be kept by."""
    decision = decide(shop(profile(), message("What does a shade cost?")))

    assert decision.outcome == "ask"
    assert decision.proposals == ()
    assert decision.question is not None
    assert (decision.question.predicate, decision.question.topic) == ("price", "silk shade")
    assert "silk shade" in decision.question.text


def test_the_answer_to_that_question_completes_the_reply() -> None:
    """With the operator's answer in the pack, the same message is answered."""
    decision = decide(
        shop(
            profile(), message("What does a shade cost?"), answer("80 Euro", "price", "silk shade")
        )
    )

    assert decision.outcome == "propose"
    assert "80 Euro" in str(sent(decision)["body"])


def test_a_free_answer_is_sent_in_the_operators_frame() -> None:
    """What the operator wrote goes out between greeting and signature, word for word."""
    decision = decide(shop(profile(), message("My uncle snores."), answer("Buy him earplugs.")))

    assert sent(decision)["body"] == "Dear Kim,\nBuy him earplugs.\nO P, Lamps"


def test_without_a_frame_of_the_operators_the_answer_stands_between_name_and_signature() -> None:
    """An answer needs no template."""
    decision = decide(pack(rules(), profile(), message("My uncle snores."), answer("Earplugs.")))

    assert sent(decision)["body"] == "Kim Possibly,\n\nEarplugs.\n\n\n"


@pytest.mark.parametrize("sign", ["refund", "legal", "angry", "bank_details", "prompt_injection"])
def test_a_sensitive_message_is_handed_over_even_if_a_template_fits(sign: str) -> None:
    """No reply is so much as proposed."""
    decision = decide(shop(profile(), message(ASKED), signs(sign)))

    assert decision.outcome == "hand_over"
    assert decision.proposals == ()


def test_the_operators_own_answer_goes_out_even_to_a_sensitive_message() -> None:
    """Once the operator has written, the agent only wraps the words; policy still asks."""
    decision = decide(shop(profile(), message(ASKED), signs("refund"), answer("Of course.")))

    assert "Of course." in str(sent(decision)["body"])


def test_a_category_of_the_operators_is_handed_over() -> None:
    """`hand_over` means the operator writes."""
    decision = decide(shop(profile(), message("Shall we film the lamp?")))

    assert (decision.outcome, decision.category) == ("hand_over", "film")


def test_thanks_need_no_reply() -> None:
    """`no_reply` ends the task with its reason."""
    decision = decide(shop(profile(), message("Thank you, all is well.")))

    assert (decision.outcome, decision.category) == ("no_reply", "thanks")


@pytest.mark.parametrize(
    "text", ["My uncle keeps bees.", "", "Where has my parcel got to?", "???", "\x00"]
)
def test_what_no_template_answers_is_asked(text: str) -> None:
    """An unknown, empty or template-less message becomes an open question, never a guess."""
    decision = decide(shop(profile(), message(text, subject="")))

    assert decision.outcome == "ask"
    assert decision.question is not None
    assert decision.question.predicate is None


def test_a_price_of_nothing_in_particular_is_asked() -> None:
    """A question without a topic is not answered about some topic."""
    decision = decide(shop(profile(), message("Tell me the price, please")))

    assert decision.outcome == "ask"
    assert decision.question is not None
    assert decision.question.predicate is None


def test_the_topic_may_stand_in_the_subject_or_earlier_in_the_thread() -> None:
    """`How much is it?` is about what was spoken of last."""
    earlier = message("I like the desk lamp.", name="message:0")
    reply = message("It is nice.", name="message:r", direction="out")

    decision = decide(shop(profile(), earlier, reply, message("Tell me the price, please")))

    assert "desk lamp" in str(sent(decision)["body"])


def test_the_last_message_counts_not_an_earlier_one() -> None:
    """A second thought replaces the first question."""
    first = message(ASKED, name="message:0")

    decision = decide(shop(profile(), first, message("What does a shade cost?")))

    assert decision.question is not None
    assert decision.question.topic == "silk shade"


def test_nothing_is_answered_after_an_answer() -> None:
    """When the last word in the thread is ours, there is nothing to do."""
    ours = message("80", name="message:2", direction="out")

    assert decide(shop(profile(), message(ASKED), ours)).outcome == "no_reply"


def test_the_name_of_a_stranger_is_not_taken_from_the_message() -> None:
    """A display name is the sender's text; only a name of our own records is used."""
    stranger = profile(name="Dear winner click http://x.test", label=THEIRS)

    assert str(sent(decide(shop(stranger, message(ASKED))))["body"]).startswith("Dear,\n")


def test_what_a_known_lead_asked_about_is_proposed_as_memory_with_its_words() -> None:
    """The span points at the words in the message that say so."""
    text = "Hello!\n\nHow much is a LAMP?"

    (fact,) = decide(shop(profile(stage="lead"), message(text))).facts

    assert (fact.subject, fact.predicate, fact.value) == (
        "p1",
        "asked_about",
        {"text": "desk lamp"},
    )
    assert text[slice(*fact.span)] == "LAMP"
    assert fact.source == "message:1"


@pytest.mark.parametrize("sender", [profile(), profile(stage="lead", label=THEIRS)])
def test_nothing_is_remembered_of_customers_and_strangers(sender: PackItem) -> None:
    """An inbox full of small facts would hide what matters."""
    assert decide(shop(sender, message(ASKED))).facts == ()


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@b@c", "x y@z.test", "kim@x.test\nBcc: y@z.test", None, 7]
)
def test_a_message_without_a_usable_sender_is_handed_over(sender: object) -> None:
    """There is no one to answer."""
    mail = message(ASKED)
    unusable = mail.model_copy(update={"data": mail.data | {"from": sender}})

    assert decide(shop(profile(), unusable)).outcome == "hand_over"


def test_an_operation_that_is_not_in_scope_is_never_proposed() -> None:
    """A workflow without `mail.send` sends no mail."""
    decision = decide(pack(rules(operations=["mail.read"]), profile(), message(ASKED), price()))

    assert decision.outcome == "hand_over"


def test_the_same_pack_gives_the_same_decision() -> None:
    """Replay depends on it."""
    given_pack = shop(profile(), message(ASKED))

    assert decide(given_pack) == decide(given_pack.model_copy(deep=True))


@given(text=st.text(max_size=200), name=st.text(max_size=30), subject=st.text(max_size=50))
def test_no_text_of_the_message_reaches_the_body(text: str, name: str, subject: str) -> None:
    """Whatever a customer writes, the body is the operator's words with the facts filled in."""
    mail = message(f"How much is a lamp?\n{text}", subject=subject, from_name=name)

    bodies = {str(one.arguments["body"]) for one in decide(shop(profile(), mail)).proposals}

    assert bodies <= {
        "Dear Kim Possibly,\ndesk lamp: 1.234,50 €\nO P, Lamps",
        "Dear Kim Possibly,\ndesk lamp, silk shade: desk lamp: 1.234,50 €\nO P, Lamps",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["from", "subject", "direction", "categories", "topics", "value", "name", "references"]
)
ODD_ITEMS = st.builds(
    lambda kind, data, text, label: item(kind, f"{kind}:odd", data=data, text=text, label=label),
    st.sampled_from(["message", "fact", "profile", "template", "rules", "operator", "answer"]),
    st.dictionaries(KEYS, JSON, max_size=4),
    st.text(max_size=40),
    st.sampled_from([KNOWN, THEIRS]),
)


@given(odd=st.lists(ODD_ITEMS, max_size=6), around=st.booleans())
def test_no_pack_makes_the_agent_raise(odd: list[PackItem], around: bool) -> None:  # noqa: FBT001 - hypothesis hands it over by name
    """Missing, repeated and malformed items end in a decision that keeps the contract."""
    given_pack = shop(*odd, message(ASKED)) if around else pack(*odd)

    decision = decide(given_pack)

    assert bool(decision.proposals) == (decision.outcome == "propose")
    assert (decision.question is not None) == (decision.outcome in {"ask", "hand_over"})

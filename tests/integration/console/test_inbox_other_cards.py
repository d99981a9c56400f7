"""Proves that every other card says what it is, and that its way out works from its page."""

import re
from datetime import timedelta

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.labels import Level
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.approve import approve
from aios_defs.services.notices import raise_notice
from tests.browser.scenes import failed
from tests.integration.console.kit import Console, words
from tests.integration.desk import ASK_FIRST, LOU, STRANGER, Mail


def test_a_failure_shows_expected_beside_observed_and_who_decided(console: Console) -> None:
    """The card says what should have happened, what did, who let it go, and the commands."""
    console.desk.set_rules(ASK_FIRST)
    action_id = failed(console.desk)

    page = words(console.get(f"/inbox/{action_id}"))

    assert "Expected It leaves" in page
    assert "Observed Nothing happened outside" in page
    assert "Who decided: you approved it" in page
    assert f"aios retry {action_id}" in page


def test_a_failed_action_is_tried_again_from_its_card(console: Console) -> None:
    """One press sends what could not leave before."""
    console.desk.set_rules(ASK_FIRST)
    action_id = failed(console.desk)

    answer = console.post(f"/inbox/{action_id}/retry", f"retry:{action_id}")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/inbox/{action_id}")
    assert console.desk.action().state is ActionState.COMMITTED
    assert len(console.desk.sent()) == 1


def test_a_failed_action_is_skipped_from_its_card(console: Console) -> None:
    """Skipping ends it, and nothing was sent."""
    console.desk.set_rules(ASK_FIRST)
    action_id = failed(console.desk)

    console.post(f"/inbox/{action_id}/skip", f"skip:{action_id}")

    assert console.desk.task().state is TaskState.CANCELLED
    assert console.desk.sent() == []


def test_settling_what_is_settled_says_so(console: Console) -> None:
    """Two who settle the same thing: the second is told where it stands."""
    console.desk.set_rules(ASK_FIRST)
    action_id = failed(console.desk)

    answer = console.post(f"/inbox/{action_id}/resolve", f"resolve:{action_id}", word="sent")

    assert answer.status_code == 409
    assert "nothing to settle" in words(answer)


def test_a_replay_from_the_card_changes_nothing_and_says_its_outcome(console: Console) -> None:
    """The decision is made again from its checkpoint, beside the card."""
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text="How much is the blue widget?"))
    action_id = console.desk.action().id
    before = len(console.desk.events("decision.made"))

    answer = console.post(f"/inbox/{action_id}/replay", f"replay:{action_id}")
    page = words(console.client.get(answer.headers["location"]))

    assert "Replayed: identical" in page
    assert len(console.desk.events("decision.made")) == before


def test_a_question_is_answered_and_remembered(console: Console) -> None:
    """The answer becomes a fact, and the lane is woken to go on with the task."""
    console.desk.receive(Mail(text="How much is the green widget?", sender=LOU))
    question = console.desk.question()

    page = words(console.get(f"/inbox/{question.id}"))
    console.post(f"/inbox/{question.id}/answer", f"answer:{question.id}", answer="55 EUR")

    assert "green widget" in page
    assert console.desk.task().state is TaskState.OPEN
    assert console.lane.woken == 1
    assert facts(console, "price", "green widget") == 1


def test_a_question_shows_what_it_would_teach_and_does_as_chosen(console: Console) -> None:
    """Topic, predicate and readers stand on the form; the level that is sent is the fact's."""
    console.desk.receive(Mail(text="How much is the green widget?", sender=LOU))
    question = console.desk.question()

    page = console.get(f"/inbox/{question.id}")
    card = console.json(f"/api/inbox/{question.id}")
    console.post(
        f"/inbox/{question.id}/answer", f"answer:{question.id}", answer="55 EUR", level="local"
    )

    assert "Remember as price of green widget" in words(page)
    assert re.search(r'<option value="public"\s+selected', page.text)
    assert all(who in words(page) for who in card["remembers"]["readers"].values())
    assert (card["remembers"]["topic"], card["remembers"]["level"]) == ("green widget", "public")
    assert facts(console, "price", "green widget", Level.LOCAL) == 1


@pytest.mark.parametrize("level", ["Public", "secret"])
def test_a_level_that_is_none_answers_nothing(console: Console, level: str) -> None:
    """A word that is no level is refused before anything is remembered or sent."""
    console.desk.receive(Mail(text="How much is the green widget?", sender=LOU))
    question = console.desk.question()

    answer = console.post(
        f"/inbox/{question.id}/answer", f"answer:{question.id}", answer="55 EUR", level=level
    )

    assert answer.status_code == 422
    assert console.desk.question().state == "open"


@pytest.mark.parametrize(
    "once", [{"forget": "1"}, {"level": "none"}, {"forget": "1", "level": "public"}]
)
def test_a_question_can_be_answered_for_once(console: Console, once: dict[str, str]) -> None:
    """With `forget`, or for nobody to read, nothing is remembered."""
    console.desk.receive(Mail(text="How much is the green widget?", sender=LOU))
    question = console.desk.question()

    console.post(f"/inbox/{question.id}/answer", f"answer:{question.id}", answer="55 EUR", **once)

    assert console.desk.task().state is TaskState.OPEN
    assert sum(facts(console, "price", "green widget", one) for one in Level) == 0


def test_an_empty_answer_is_refused(console: Console) -> None:
    """Nothing written answers nothing; the question stays."""
    console.desk.receive(Mail(text="How much is the green widget?", sender=LOU))
    question = console.desk.question()

    answer = console.post(f"/inbox/{question.id}/answer", f"answer:{question.id}", answer=" ")

    assert answer.status_code == 422
    assert console.desk.question().state == "open"


def test_quarantine_is_shown_inert_and_can_be_skipped(console: Console) -> None:
    """Raw bytes stand there escaped, and one press lets the message be."""
    console.desk.put(b"Subject: <script>alert(1)</script>\r\n\r\nx\r\n")
    console.desk.turn()
    (row,) = console.desk.messages()

    page = console.get(f"/inbox/{row.id}")
    console.post(f"/inbox/{row.id}/skip", f"skip:{row.id}")

    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert console.desk.messages()[0].state == "ignored"


def test_a_notice_says_what_to_do_and_is_dismissed(console: Console) -> None:
    """Its remedy stands there; dismissing it ends it."""
    raise_notice(console.kernel, "policy", "policies.yaml", "It has a mistake.", "Correct it.")
    (card,) = console.desk.cards("notice")

    page = words(console.get(f"/inbox/{card['id']}"))
    console.post(f"/inbox/{card['id']}/skip", f"skip:{card['id']}")

    assert "What to do: Correct it." in page
    assert console.desk.cards("notice") == []


def test_expiring_trust_is_extended_from_its_notice(console: Console) -> None:
    """One press trusts the connector for longer, and the notice ends."""
    raise_notice(console.kernel, "trust", "mail", "The trust of mail ends soon.", "Extend it.")
    (card,) = console.desk.cards("notice")

    answer = console.call(f"/inbox/{card['id']}/trust", f"trust:{card['id']}", days="90")

    assert answer.json()["state"] == "trusted"
    assert console.desk.cards("notice") == []


def test_a_decision_names_what_is_unusual_about_it(console: Console) -> None:
    """First contact, and a Reply-To that leads elsewhere, stand above the text."""
    console.desk.set_rules(ASK_FIRST)
    headers = (("Reply-To", "other@elsewhere.example"),)
    console.desk.receive(
        Mail(text="How much is the blue widget?", sender=STRANGER, headers=headers)
    )

    page = words(console.get(f"/inbox/{console.desk.action().id}"))

    assert f"you never wrote to {STRANGER}" in page
    assert "An answer would go to other@elsewhere.example" in page


def test_an_address_that_looks_like_a_known_one_is_named(console: Console) -> None:
    """A digit for a letter in the domain of a customer is told apart from the customer."""
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text="How much is the blue widget?", sender="kim@c0mpany.example"))

    page = words(console.get(f"/inbox/{console.desk.question().id}"))
    message = words(console.get(f"/messages/{console.desk.messages()[-1].id}"))

    assert "looks like kim@company.example" in page
    assert "looks like kim@company.example" in message


def test_every_kind_of_card_has_its_page(console: Console) -> None:
    """Whatever the list names can be opened, by page and as JSON."""
    console.desk.set_rules(ASK_FIRST)
    failed(console.desk)
    console.desk.receive(Mail(text="How much is the green widget?", sender=LOU))
    console.desk.put(b"Subject: nobody wrote this\r\n\r\nx\r\n")
    raise_notice(console.kernel, "policy", "policies.yaml", "It has a mistake.", "Correct it.")
    console.desk.turn()

    sections = console.json("/api/inbox")["sections"]
    cards = [card for section in sections for card in section["cards"]]

    kinds = {card["kind"] for card in cards}
    assert {"failure", "question", "quarantine", "notice"} <= kinds
    for card in cards:
        assert console.get(f"/inbox/{card['id']}").status_code == 200
        assert console.json(f"/api/inbox/{card['id']}")["kind"] == card["kind"]


def test_what_is_overdue_can_be_skipped(console: Console) -> None:
    """An approved mail that could not start for an hour is a failure with a way out."""
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text="How much is the blue widget?"))
    action_id = console.desk.action().id
    approve(console.kernel, action_id)
    console.desk.clock.advance(timedelta(hours=2))

    page = words(console.get(f"/inbox/{action_id}"))
    console.post(f"/inbox/{action_id}/skip", f"skip:{action_id}")

    assert "It has not started" in page
    assert console.desk.action().state is ActionState.CANCELLED


def facts(console: Console, predicate: str, topic: str, level: Level = Level.PUBLIC) -> int:
    """Return how many facts of that level are asserted of a topic."""
    with console.kernel.ledger.view() as view:
        rows = view.select(FactRow, predicate=predicate, topic=topic, state="asserted")
    return sum(row.label.level is level for row in rows)

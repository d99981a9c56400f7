"""Proves what the inbox lists, how much of it, and what its cards advise."""

from collections import Counter
from pathlib import Path

import pytest

from aios_defs.services.inbox import count_waiting, inbox
from tests.integration.desk import ASK_FIRST, STRANGER, Desk, Mail

DRAFT_ONLY = """
  - id: only-drafts
    action: mail.send
    effect: draft
"""
ASKS_PRICE = Mail(text="How much is the blue widget?", subject="Blue")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(path=tmp_path).begin()


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Return a desk where cards of several kinds wait."""
    desk.set_rules(ASK_FIRST)
    for _ in range(3):
        desk.deliver(ASKS_PRICE)
    desk.deliver(Mail(text="What is the price of the green widget?", subject="Green"))
    desk.deliver(Mail(text="How much is the green widget?", sender=STRANGER, subject="Stranger"))
    desk.put(b"")
    desk.turn()
    desk.deliver(Mail(text="How much is the blue widget?", subject="Nobody decides this"))
    desk.take()
    desk.write("catalog.yaml", "workflows: []\n")
    desk.reopen()
    return desk


def test_a_page_of_the_inbox_is_its_beginning(busy: Desk) -> None:
    """With a limit come the first cards of the whole list, never others."""
    whole = inbox(busy.kernel)

    pages = [inbox(busy.kernel, limit=size) for size in range(len(whole) + 2)]

    assert pages == [whole[:size] for size in range(len(whole) + 2)]


def test_what_waits_is_counted_as_it_is_listed(busy: Desk) -> None:
    """The counts are those of the cards, kind by kind, and name no kind without one."""
    kinds = Counter(str(card["kind"]) for card in inbox(busy.kernel))

    counts = count_waiting(busy.kernel)

    assert counts == kinds
    assert {"decision", "question", "failure", "quarantine"} <= set(counts)


def test_a_question_names_whose_it_is(busy: Desk) -> None:
    """Each question shows its own sender and subject, however many wait."""
    whose = [str(card["summary"]).partition(" — ")[0] for card in busy.cards("question")]

    assert "Kim A: Green" in whose
    assert f"{STRANGER}: Stranger" in whose


def test_an_approval_shows_until_when_it_can_be_given(busy: Desk) -> None:
    """Each decision that waits for an approval carries that approval's end."""
    ends = [card["expires_at"] for card in busy.cards("decision")]

    assert len(ends) == 3
    assert all(ends)


def test_a_draft_by_an_own_rule_is_not_blamed_on_trust(desk: Desk) -> None:
    """What a rule of the operator keeps a draft, trusting the connector would not send."""
    desk.set_rules(DRAFT_ONLY)
    desk.receive(ASKS_PRICE)

    (card,) = desk.cards("decision")

    assert card["rule"] == "only-drafts"
    assert "connector trust" not in str(card["remedy"])
    assert "only-drafts" in str(card["remedy"])
    assert f"aios retry {card['id']}" in str(card["remedy"])

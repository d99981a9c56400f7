"""Proves that a corrected fact changes what waits, and that no file undoes the correction."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import TransitionRefused, UsageInvalid
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.approve import approve
from aios_defs.services.correcting import correct, retract
from aios_defs.services.seed import apply_business
from tests.integration.desk import ASK_FIRST, FILES, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")


def price(desk: Desk) -> FactRow:
    with desk.kernel.ledger.view() as view:
        return view.select(FactRow, predicate="price", state="asserted")[-1]


def prices(desk: Desk) -> list[FactRow]:
    with desk.kernel.ledger.view() as view:
        return view.select(FactRow, predicate="price", order="position")


def body(desk: Desk) -> str:
    return str(desk.arguments(desk.action())["body"])


def waiting(desk: Desk) -> None:
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)


def test_a_decision_that_waits_is_replaced_by_one_with_the_new_price(desk: Desk) -> None:
    """The operator corrects the price: the reply that cites it is superseded and written anew."""
    waiting(desk)
    before = body(desk)

    fact_id = correct(desk.kernel, price(desk).id, "45 EUR")
    desk.decide()

    assert [one.state for one in desk.actions()] == [
        ActionState.SUPERSEDED,
        ActionState.AWAITING_APPROVAL,
    ]
    assert "€40.00" in before
    assert "€45.00" in body(desk)
    assert desk.action().cited_facts == (fact_id,)


def test_one_within_its_undo_window_is_replaced_too(desk: Desk) -> None:
    """What was approved and has not left yet does not leave with the old price."""
    waiting(desk)
    approve(desk.kernel, desk.action().id)

    correct(desk.kernel, price(desk).id, "45 EUR")
    desk.wait(seconds=60)
    desk.turn()

    assert desk.sent() == []
    assert desk.actions()[0].state is ActionState.SUPERSEDED
    assert "€45.00" in body(desk)


def test_what_was_sent_is_left(desk: Desk) -> None:
    """A reply that is out keeps its state, and nothing is written a second time."""
    waiting(desk)
    approve(desk.kernel, desk.action().id, window=0)
    desk.turn()

    correct(desk.kernel, price(desk).id, "45 EUR")
    desk.turn()

    assert [one.state for one in desk.actions()] == [ActionState.COMMITTED]
    assert len(desk.sent()) == 1


def test_a_retracted_fact_is_asked_for_instead(desk: Desk) -> None:
    """The reply that cites it is superseded, and the agent asks what the price is."""
    waiting(desk)

    retract(desk.kernel, price(desk).id, "wrong")
    desk.decide()

    assert desk.action().state is ActionState.SUPERSEDED
    assert len(desk.cards("question")) == 1


def test_the_file_does_not_overwrite_a_correction(desk: Desk) -> None:
    """Bringing the unchanged file in again makes no event, and the correction stands."""
    fact_id = correct(desk.kernel, price(desk).id, "45 EUR")

    made = apply_business(desk.kernel)

    assert made == 0
    assert price(desk).id == fact_id


def test_a_changed_line_of_the_file_is_the_newer_word(desk: Desk) -> None:
    """The operator writes another price into the file afterwards: that holds then."""
    correct(desk.kernel, price(desk).id, "45 EUR")

    desk.write("facts.yaml", FILES["facts.yaml"].replace("40.00", "50.00"))
    desk.reopen()

    assert desk.kernel.open_json(price(desk).value)["amount_minor"] == 5000


def test_the_file_does_not_bring_back_what_was_retracted(desk: Desk) -> None:
    """A fact that the operator retracted stays so while its line stays as it is."""
    retract(desk.kernel, price(desk).id, "over")

    made = apply_business(desk.kernel)

    assert made == 0
    assert [one.state for one in prices(desk)] == ["retracted"]


def test_a_line_that_left_and_came_back_holds_again(desk: Desk) -> None:
    """What left the file was not the operator's retraction: the line brings it back."""
    desk.write("facts.yaml", "[]\n")
    desk.reopen()

    desk.write("facts.yaml", FILES["facts.yaml"])
    desk.reopen()

    assert [one.state for one in prices(desk)] == ["retracted", "asserted"]


def test_a_retracted_fact_can_be_stated_again(desk: Desk) -> None:
    """Correcting what was retracted asserts it anew."""
    first = price(desk).id
    retract(desk.kernel, first, "wrong")

    correct(desk.kernel, first, "40 EUR")

    assert [one.state for one in prices(desk)] == ["retracted", "asserted"]


@pytest.mark.parametrize("text", ["", "forty", "40.00 EUR"])
def test_a_correction_that_says_nothing_new_is_refused(desk: Desk, text: str) -> None:
    """Nothing, no amount where one was, and the same value are no correction."""
    with pytest.raises(UsageInvalid):
        correct(desk.kernel, price(desk).id, text)


def test_only_what_stands_can_be_corrected_or_retracted(desk: Desk) -> None:
    """A fact that another one replaced is history."""
    first = price(desk).id
    correct(desk.kernel, first, "45 EUR")

    with pytest.raises(TransitionRefused):
        correct(desk.kernel, first, "46 EUR")
    with pytest.raises(TransitionRefused):
        retract(desk.kernel, first, "wrong")


def test_a_retraction_gives_one_of_our_reasons(desk: Desk) -> None:
    """Free text would stand unsealed in the ledger."""
    with pytest.raises(UsageInvalid):
        retract(desk.kernel, price(desk).id, "Kim told me so")

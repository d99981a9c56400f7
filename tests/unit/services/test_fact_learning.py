"""Proves what becomes of something said: by whom, of which predicate, and about which time."""

from datetime import datetime, timedelta

import pytest

from aios_defs.core.as_of import AsOf
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.facts import EvidenceRow, FactRow
from aios_defs.services.correcting import correct, retract
from aios_defs.services.fact_learning import Learnt, learn, propose
from aios_defs.services.fact_rollback import rollback_fact, taught_by, untaught
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.facts import Key, NewFact, retract_fact, stands
from aios_defs.services.kernel import Kernel
from aios_defs.services.remember import remember
from resources.testing.fixed_clock import START, FixedClock
from resources.testing.memory_house import memory_house

DAY = timedelta(days=1)
HOURS = "opening_hours"


class House:
    """A house in memory that is told things, a day apart."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.kernel: Kernel = memory_house(self.clock)

    def hear(self, text: str, author: str = "operator", **more: object) -> Learnt:
        """Take in a text, or of a price an amount; a day passes."""
        predicate = str(more.pop("predicate", HOURS))
        price: JsonObject = {"amount_minor": int(text) if text.isdecimal() else 0}
        trust = Trust.OPERATOR if author == "operator" else Trust.THIRD_PARTY
        fields = {
            "topic": None,
            "predicate": predicate,
            "value": {**price, "currency": "EUR"} if predicate == "price" else {"text": text},
            "label": Label(level=Level.PUBLIC, trust=trust),
            "author": author,
            **more,
        }
        fact = NewFact(**fields)  # type: ignore[arg-type]  # built from the test's words
        with self.kernel.ledger.transaction(actor=author) as tx:
            learnt = learn(self.kernel, tx, fact, reason="it changed")
        self.clock.advance(DAY)
        return learnt

    def row(self, fact_id: str) -> FactRow:
        """Return a fact."""
        with self.kernel.ledger.view() as view:
            row = view.get(FactRow, fact_id)
        assert row is not None
        return row

    def holds(self, moment: datetime | None = None, predicate: str = HOURS) -> list[str]:
        """Return the values that stand at a moment, by default now."""
        key = Key(subject_id=None, topic=None, predicate=predicate)
        with self.kernel.ledger.view() as view:
            at = AsOf(valid_at=moment or self.clock.now(), known_at=view.head().position)
            rows = stands(self.kernel, view, key, at)
        values = [self.kernel.open_json(row.value) for row in rows]
        return [str(one.get("text", one.get("amount_minor"))) for one in values]

    def waiting(self) -> list[str]:
        """Return the facts whose cards wait."""
        with self.kernel.ledger.view() as view:
            return [row.id for row in view.select(FactRow, asks=True)]


@pytest.fixture
def house() -> House:
    """Return a house that knows nothing."""
    return House()


def test_a_changed_word_of_the_operator_closes_the_former(house: House) -> None:
    """The new value holds from when it was said; the former answers for the time before."""
    house.hear("nine to five")

    house.hear("ten to six")

    assert house.holds() == ["ten to six"]
    assert house.holds(START - DAY) == ["nine to five"]


def test_a_change_to_come_leaves_what_holds_until_then(house: House) -> None:
    """A value from a later day closes the former at that day, which holds until it comes."""
    first = house.hear("nine to five")

    house.hear("ten to six", valid_from=START + 9 * DAY)

    assert house.row(first.fact_id).state == "asserted"
    assert house.holds() == ["nine to five"]
    assert house.holds(START + 9 * DAY) == ["ten to six"]


def test_a_value_learnt_late_about_an_earlier_time_hides_no_later_one(house: House) -> None:
    """The order of arrival is no order of truth."""
    house.hear("ten to six", "import", valid_from=START)

    house.hear("nine to five", "import", valid_from=START - 9 * DAY)

    assert house.holds() == ["ten to six"]
    assert house.holds(START - DAY) == ["nine to five"]


def test_two_who_disagree_about_the_same_time_are_disputed(house: House) -> None:
    """Both are kept, neither is held for true, and one card waits."""
    house.hear("nine to five", "import")

    second = house.hear("ten to six", "calendar")

    assert second.outcome == "disputed"
    assert house.holds() == []
    assert house.waiting() == [second.fact_id]


@pytest.mark.parametrize(("keeps_newer", "value"), [(True, "ten to six"), (False, "nine to five")])
def test_a_conflict_is_settled_by_one_word_and_can_be_taken_back(
    house: House,
    keeps_newer: bool,  # noqa: FBT001 - a parameter of the test
    value: str,
) -> None:
    """Either side is kept by one act; going back to the other one reverses it."""
    first = house.hear("nine to five", "import")
    second = house.hear("ten to six", "calendar")
    dropped = first if keeps_newer else second

    if keeps_newer:
        remember(house.kernel, second.fact_id)
    else:
        with house.kernel.ledger.transaction(actor="operator") as tx:
            retract_fact(tx, second.fact_id, reason="the operator rejected it")
    settled = house.holds()
    rollback_fact(house.kernel, dropped.fact_id)

    assert settled == [value]
    assert house.waiting() == []
    assert house.holds() != settled


def test_what_the_operator_said_is_disputed_by_nobody(house: House) -> None:
    """The newcomer waits as a proposal, and the operator's word holds meanwhile."""
    house.hear("nine to five")

    second = house.hear("ten to six", "import")

    assert second.outcome == "proposed"
    assert house.holds() == ["nine to five"]


@pytest.mark.parametrize("predicate", ["price", "trade_price", "deadline", "iban", "consent"])
def test_a_protected_predicate_changes_only_with_approval(house: House, predicate: str) -> None:
    """Whoever else says so, also for the first time, only proposes it."""
    said = house.hear("40", "import", predicate=predicate)
    before = house.holds(predicate=predicate)

    remember(house.kernel, said.fact_id)

    assert (said.outcome, before) == ("proposed", [])
    assert house.holds(predicate=predicate) == ["40"]


def test_an_approved_fact_keeps_its_taint(house: House) -> None:
    """What a stranger said is third-party after the operator agreed to it."""
    said = house.hear("40", "import", predicate="price")

    remember(house.kernel, said.fact_id)

    assert house.row(said.fact_id).label.is_tainted


def test_the_same_again_is_evidence_and_no_second_fact(house: House) -> None:
    """Case and spacing make no difference; the source is kept beside the fact."""
    first = house.hear("Nine to five", "import", import_id="one")

    again = house.hear("nine  to FIVE", "calendar", import_id="two")

    with house.kernel.ledger.view() as view:
        evidence = view.select(EvidenceRow, fact_id=first.fact_id)
    assert again == Learnt(outcome="evidenced", fact_id=first.fact_id)
    assert [one.import_id for one in evidence] == ["two"]


def test_a_proposal_made_twice_has_one_card(house: House) -> None:
    """An agent that proposes the same again adds evidence to the proposal."""
    fact = NewFact(
        topic=None, predicate=HOURS, value={"text": "late"}, label=Label(), author="agent:a"
    )

    with house.kernel.ledger.transaction(actor="agent:a") as tx:
        outcomes = [
            propose(house.kernel, tx, fact, task_id=None).outcome,
            propose(house.kernel, tx, fact, task_id=None).outcome,
        ]

    assert outcomes == ["proposed", "evidenced"]
    assert len(house.waiting()) == 1


@pytest.mark.parametrize("predicate", ["interest", "note"])
def test_many_values_and_notes_stand_beside_one_another(house: House, predicate: str) -> None:
    """Only a single-valued predicate replaces, by its key, never by likeness."""
    house.hear("price of plan A", predicate=predicate)
    house.hear("price of plan B", "import", predicate=predicate)

    assert len(house.holds(predicate=predicate)) == 2


def test_what_was_never_true_answers_for_no_time_and_what_is_over_for_before(house: House) -> None:
    """A retraction is either, by its reason."""
    wrong = house.hear("nine to five")
    retract(house.kernel, wrong.fact_id, "wrong")
    never = house.holds(START)
    over = house.hear("ten to six")
    retract(house.kernel, over.fact_id, "over")

    assert never == []
    assert house.holds() == []
    assert house.holds(START) == ["ten to six"]


def test_a_correction_of_one_side_ends_the_conflict(house: House) -> None:
    """The operator says what is really true: both sides give way to it."""
    house.hear("nine to five", "import")
    second = house.hear("ten to six", "calendar")

    correct(house.kernel, second.fact_id, "always open")

    assert house.holds() == ["always open"]
    assert house.waiting() == []


def test_all_that_a_source_taught_is_taken_back_and_what_it_replaced_holds_again(
    house: House,
) -> None:
    """What somebody else said as well stays; the preview says what would be done."""
    house.hear("nine to five", "import", import_id="old")
    house.hear("ten to six", "import", import_id="new", valid_from=START + DAY)
    house.hear("tea", "import", import_id="new", predicate="interest")
    house.hear("tea", "calendar", import_id="other", predicate="interest")
    with house.kernel.ledger.view() as view:
        planned = taught_by(view, "new")

    done = untaught(house.kernel, "new")

    assert done == planned
    assert [len(done.retracted), len(done.kept), len(done.restored)] == [1, 1, 1]
    assert house.holds() == ["nine to five"]
    assert house.holds(predicate="interest") == ["tea"]


def test_a_word_said_again_moves_its_review(house: House) -> None:
    """A predicate's period sets when a fact asks to be looked at; saying it again counts."""
    said = set_fact(house.kernel, Word(predicate="iban", text="DE00"))
    first = house.row(said.fact_id).review_at
    house.clock.advance(DAY)

    again = set_fact(house.kernel, Word(predicate="iban", text="DE00"))

    assert first == START + 365 * DAY
    assert again.outcome == "evidenced"
    assert house.row(said.fact_id).review_at == START + 366 * DAY

"""Proves that the suites see each kind of bad row, name it by its id alone, and tell drift."""

import pytest

from aios_defs.core.model import JsonObject
from aios_defs.services.quality.verdict import Artifact
from aios_defs.services.tables.memory import memory_form
from aios_defs.services.tables.workflows import workflow_form
from resources.quality.drift import FEW, drift_expectations, measure
from resources.quality.great import MOST_IDS, unmet
from resources.quality.suites import SUITES, Expectation

MEMORY: tuple[Artifact, ...] = ("profiles", "interactions", "facts")
LOOP: tuple[Artifact, ...] = ("messages", "tickets", "replies", "outcomes")
FACTS = SUITES["facts"]


def fact(number: int, **other: object) -> dict[str, object]:
    """Return a row of facts that is as it must be, but for what is given."""
    return {
        "fact_id": f"fact-{number}",
        "predicate": "price",
        "value": '{"amount_minor": 4000}',
        "state": "asserted",
        "confidence": 1.0,
        "level": "public",
        "trust": "operator",
        "event_id": "event",
        "position": 3,
        "seal": "seal",
        **other,
    }


def found(*rows: dict[str, object]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the rows that do not meet the suite of facts, by what they do not meet."""
    broken = unmet(rows, FACTS.key, FACTS.columns, FACTS.expectations)
    return {one.words: one.ids for one in broken}


@pytest.mark.parametrize("name", [*MEMORY, *LOOP])
def test_a_suite_reads_columns_that_there_are(name: Artifact) -> None:
    """A misspelt column would be empty in every row, and most expectations pass over that."""
    form = memory_form(name) if name in MEMORY else workflow_form(name)

    assert SUITES[name].columns <= set(form.columns())
    assert SUITES[name].key == form.key


BAD: dict[str, JsonObject] = {
    "confidence is between 0 and 1": {"confidence": 1.5},
    "state is asserted, disputed, retracted or superseded": {"state": "proposed"},
    "value is JSON, or empty": {"value": "not json"},
    "level is there": {"level": None},
    "level is local, public or shareable": {"level": "secret"},
    "trust is first_party, operator or third_party": {"trust": "blind"},
    "position is at least 1": {"position": 0},
    "seal is there": {"seal": None},
}


@pytest.mark.parametrize("words", BAD)
def test_a_bad_cell_is_named_by_its_row(words: str) -> None:
    """Of many rows the one is named that does not meet the one expectation."""
    rows = [fact(number) for number in range(5)]

    assert found(*rows) == {}
    assert found(*rows, fact(7, **BAD[words])) == {words: ("fact-7",)}


def test_a_key_stands_once_and_is_there() -> None:
    """A row twice, or without its key, is found."""
    assert found(fact(1), fact(1)) == {"fact_id stands once": ("fact-1",)}
    assert "fact_id is there" in found(fact(1), fact(2, fact_id=None))


def test_what_cannot_be_looked_at_is_not_met() -> None:
    """A cell of another type fails the expectation instead of stopping the check."""
    assert "confidence is between 0 and 1" in found(fact(1, confidence="high"))


def test_an_expectation_that_there_is_none_of_is_no_pass() -> None:
    """A name that Great Expectations doesn't know is an error, never a build that passes."""
    wrong = Expectation(kind="expect_nothing_of_the_kind", arguments={}, words="nothing")

    with pytest.raises(Exception, match="expect_nothing_of_the_kind"):
        unmet([fact(1)], FACTS.key, FACTS.columns, (wrong,))


def test_so_many_ids_are_named_and_all_are_counted() -> None:
    """Of many bad rows the first are named."""
    rows = [fact(number, state="gone") for number in range(MOST_IDS + 5)]

    (one,) = unmet(rows, FACTS.key, FACTS.columns, FACTS.expectations)

    assert one.count == MOST_IDS + 5
    assert len(one.ids) == MOST_IDS


def test_no_rows_are_as_they_must_be() -> None:
    """An empty artifact breaks nothing."""
    assert found() == {}


def drifted(before: list[dict[str, object]], after: list[dict[str, object]]) -> list[str]:
    """Return what is not as it was in the build before."""
    expected = drift_expectations(measure(FACTS, before))
    return [one.words for one in unmet(after, FACTS.key, FACTS.columns, expected)]


def test_drift_is_told() -> None:
    """Fewer rows, emptied cells and another spread of states are each told, and growth is not."""
    before = [fact(number) for number in range(2 * FEW)]
    emptied = [fact(number, value=None if number % 3 else "1") for number in range(2 * FEW)]
    spread = [
        fact(number, state="retracted" if number % 3 else "asserted") for number in range(100)
    ]

    assert drifted(before, before) == []
    assert drifted(before, [*before, *(fact(900 + one) for one in range(5 * FEW))]) == []
    assert drifted(before, before[:80]) == ["there are about as many rows as before (100), or more"]
    assert drifted(before, emptied) == ["about as many rows as before have their value (100%)"]
    assert drifted(before, spread) == ["state is spread as before"]


def test_of_few_rows_no_drift_is_told() -> None:
    """A share of a handful of rows means nothing."""
    before = [fact(number) for number in range(FEW - 1)]

    assert drifted(before, before[:1]) == []

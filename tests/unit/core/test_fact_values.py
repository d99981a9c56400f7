"""Proves that a value is read by its predicate's type, and when two values are the same."""

import pytest

from aios_defs.core.fact_values import fits, is_same, read_value, wanted
from aios_defs.core.model import JsonObject
from aios_defs.core.predicates import SHIPPED, Predicate, find_predicate
from aios_defs.core.rendering import value_text

MONEY = Predicate(name="price", type="money")
WEIGHT = Predicate(name="weight", type="quantity", unit="kg")
DAY = Predicate(name="deadline", type="date")
WORDS = Predicate(name="note", type="text")
ANY = Predicate(name="thing")


@pytest.mark.parametrize(
    ("text", "predicate", "value"),
    [
        ("28.50 EUR", MONEY, {"amount_minor": 2850, "currency": "EUR"}),
        ("28", MONEY, None),
        ("2,50 m", WEIGHT, {"quantity": "2.5", "unit": "m"}),
        ("1000", WEIGHT, {"quantity": "1000", "unit": "kg"}),
        ("heavy", WEIGHT, None),
        ("2031-05-06", DAY, {"date": "2031-05-06"}),
        ("2031-02-30", DAY, None),
        ("28 EUR", WORDS, {"text": "28 EUR"}),
        ("28 EUR", ANY, {"amount_minor": 2800, "currency": "EUR"}),
        ("12 BTC", MONEY, None),
        ("12 BTC", ANY, {"text": "12 BTC"}),
        ("  as is ", ANY, {"text": "as is"}),
        (" ", ANY, None),
        (" ", WORDS, None),
    ],
)
def test_a_value_is_read_by_the_type_of_its_predicate(
    text: str, predicate: Predicate, value: JsonObject | None
) -> None:
    """What is none of the type is None, and what is one fits it."""
    found = read_value(text, predicate)

    assert found == value
    assert found is None or fits(found, predicate)
    assert wanted(predicate)


def test_a_quantity_without_a_unit_is_none() -> None:
    """A bare number says nothing where the predicate names no unit."""
    assert read_value("5", Predicate(name="length", type="quantity")) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"text": "Nine to  five"}, {"text": "nine to five"}, True),
        ({"text": "plan A"}, {"text": "plan B"}, False),
        ({"quantity": "2.5", "unit": "kg"}, {"quantity": "2.5", "unit": "g"}, False),
        ({"amount_minor": 1, "currency": "EUR"}, {"amount_minor": 1, "currency": "USD"}, False),
    ],
)
def test_only_case_and_spacing_of_text_make_no_difference(
    one: JsonObject,
    other: JsonObject,
    same: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """What is merely similar is not the same."""
    assert is_same(one, other) is same


def test_a_quantity_and_a_date_are_written_for_readers() -> None:
    """A template that names such a fact gets words."""
    assert value_text({"quantity": "2.5", "unit": "kg"}, "en") == "2.5 kg"
    assert value_text({"date": "2031-05-06"}, "en") == "2031-05-06"


@pytest.mark.parametrize(
    ("name", "protected"),
    [("price", True), ("trade_price", True), ("final_deadline", True), ("price_note", False)],
)
def test_a_name_without_an_entry_goes_by_its_last_word(
    name: str,
    protected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """A compound of a protected word is protected like it."""
    found = find_predicate({}, name)

    assert (found.name, found.protected) == (name, protected)


def test_what_must_be_protected_is_shipped_so() -> None:
    """Prices, deadlines, bank details and consent change only by approval."""
    wanted_names = {"price", "deadline", "bank_details", "iban", "consent"}

    assert {name for name in wanted_names if SHIPPED[name].protected} == wanted_names


def test_what_was_written_with_another_code_goes_on_being_read() -> None:
    """Only a text that is read anew asks for a code of ISO 4217; a value that stands does not."""
    former: JsonObject = {"amount_minor": 1200, "currency": "BTC"}

    assert value_text(former, "en") == "BTC 12.00"
    assert fits(former, MONEY)
    assert is_same(former, dict(former))

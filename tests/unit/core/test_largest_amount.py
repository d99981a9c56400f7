"""Proves which amount of money in a text counts as its largest."""

import pytest

from aios_defs.core.claims import largest_amount


@pytest.mark.parametrize(
    ("texts", "largest"),
    [
        (["It costs 40.00 EUR, or €1,200.50 for all."], 1200.5),
        (["Nothing here costs anything."], None),
        (["> 900 EUR said they\n40 EUR say I"], 40.0),
        (["10 EUR", "20 EUR"], 20.0),
    ],
)
def test_the_largest_amount_of_what_is_said_itself(texts: list[str], largest: float | None) -> None:
    """Quotes don't count, and a text without money has none."""
    assert largest_amount(texts) == largest

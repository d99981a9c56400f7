"""Proves that amounts are read and written without loss, in each language's way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.money import format_money, minor_digits, parse_money, with_currency


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28 EUR", (2800, "EUR")),
        ("28.5 EUR", (2850, "EUR")),
        ("EUR 28,50", (2850, "EUR")),
        ("1200 JPY", (1200, "JPY")),
        ("1.250 KWD", (1250, "KWD")),
        ("1.5 JPY", None),
        ("28.505 EUR", None),
        ("28", None),
        ("EUR", None),
        ("EUR 28 EUR", None),
        ("28 eur", None),
        ("about 28 EUR", None),
        ("-5 EUR", None),
        ("45 XXQ", None),
        ("12 BTC", None),
        ("XAU 3", None),
        ("45 XCG", (4500, "XCG")),
    ],
)
def test_an_amount_is_read_exactly_or_not_at_all(
    text: str, expected: tuple[int, str] | None
) -> None:
    """One code of ISO 4217 and no more decimals than it has; all else is text."""
    assert parse_money(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25", "25 GBP"),
        (" £25.50 ", "25.50 GBP"),
        ("25 £", "25 GBP"),
        ("25 EUR", "25 EUR"),
        ("$25", "$25"),
        ("25.505", "25.505"),
        ("on request", "on request"),
        ("", ""),
    ],
)
def test_only_an_amount_without_a_currency_is_given_one(text: str, expected: str) -> None:
    """A bare number, or one with the currency's own sign; all else stays as it was written."""
    assert with_currency(text, "GBP") == expected


@pytest.mark.parametrize(
    ("minor", "currency", "language", "expected"),
    [
        (123456, "EUR", "en", "€1,234.56"),
        (123456, "EUR", "de", "1.234,56 €"),
        (123456, "EUR", "nl", "€ 1.234,56"),
        (123456, "PLN", "pl", "1\u00a0234,56 PLN"),
        (1200, "JPY", "en", "¥1,200"),
        (1200, "JPY", "fr", "1\u00a0200 ¥"),
        (1250, "KWD", "en", "KWD 1.250"),
        (5, "EUR", "es", "0,05 €"),
        (-250, "GBP", "en-GB", "-£2.50"),
        (-250, "CHF", "de-CH", "-2,50 CHF"),
    ],
)
def test_an_amount_is_written_as_people_of_a_language_do(
    minor: int, currency: str, language: str, expected: str
) -> None:
    """Point or comma, grouping, and the place of the symbol follow the language."""
    assert format_money(minor, currency, language) == expected


@given(
    minor=st.integers(min_value=0, max_value=10**11),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "CLF", "CHF"]),
)
def test_what_is_written_plainly_is_read_back(minor: int, currency: str) -> None:
    """Minor units survive the way through text for any number of decimals."""
    digits = minor_digits(currency)
    whole, part = divmod(minor, 10**digits)
    text = f"{whole}.{part:0{digits}d} {currency}" if digits else f"{whole} {currency}"

    assert parse_money(text) == (minor, currency)

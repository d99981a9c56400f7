"""Owns checking claims: every amount of money in a text must stand in a fact that it cites.

What the agent says about its claims is not asked; the amounts are read from the text itself.
"""

import re
from collections.abc import Iterable, Sequence

from aios_defs.core.decision import PackItem
from aios_defs.core.money import minor_digits

_SIGNS = "$¢£¤¥฿₠-₿"
_WORDS = (
    "EUR|USD|GBP|CHF|JPY|CNY|PLN|CZK|HUF|SEK|NOK|DKK|RON|BGN|ISK|TRY|INR|BRL|MXN|CAD|AUD|NZD|ZAR|"
    "KWD|AED|SGD|HKD|KRW|ILS|UAH|RUB|euros?|dollars?|pounds?|francs?|franken|dolares|dólares|"
    "libras|złotych|zł|Kč|kr|Ft|lei"
)
_NUMBER = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})*(?:[.,]\d{1,4})?|\d+(?:[.,]\d{1,4})?"
_AMOUNT = re.compile(
    rf"(?:(?:[{_SIGNS}]|\b(?:{_WORDS}))\s?(?P<after>{_NUMBER}))"
    rf"|(?:(?P<before>{_NUMBER})\s?(?:[{_SIGNS}]|(?:{_WORDS})\b))",
    re.IGNORECASE,
)
_DECIMALS = re.compile(r"[.,](\d{1,4})$")


def unverified_claims(text: str, believed: Sequence[PackItem]) -> tuple[str, ...]:
    """Return the amounts of money in a text that none of the believed items states.

    `believed` are the cited facts and the operator's own answers. A money fact states its amount in
    minor units of its currency; any other item states the amounts that stand in its text.
    """
    amounts = list(dict.fromkeys(_amounts(_without_quotes(text))))
    if not amounts:
        return ()
    stated = {value for item in believed for value in _stated(item)}
    return tuple(one for one in amounts if not (_readings(one) & stated))


def largest_amount(texts: Iterable[str]) -> float | None:
    """Return the largest amount of money in the texts' own lines, in whole units, or None.

    It tells what is unusual, whatever the currency; what a text claims is checked exactly, above.
    """
    found = [
        value / 10**places
        for text in texts
        for amount in _amounts(_without_quotes(text))
        for value, places in _readings(amount)
    ]
    return max(found, default=None)


def _without_quotes(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))


def _amounts(text: str) -> Iterable[str]:
    for match in _AMOUNT.finditer(text):
        yield match["after"] or match["before"]


def _readings(number: str) -> set[tuple[int, int]]:
    """Return an amount as (value, decimal places): `49,00` is (4900, 2), also read as (49, 0)."""
    digits = re.sub(r"\D", "", number)
    decimals = _DECIMALS.search(number)
    places = len(decimals[1]) if decimals else 0
    is_grouped = places == 3  # noqa: PLR2004 - a group of thousands
    readings = {(int(digits), 0 if is_grouped else places)}
    if is_grouped:
        readings.add((int(digits), places))
    return {_shortest(value, one) for value, one in readings}


def _shortest(value: int, places: int) -> tuple[int, int]:
    while places and value % 10 == 0:
        value, places = value // 10, places - 1
    return value, places


def _stated(item: PackItem) -> Iterable[tuple[int, int]]:
    value = item.data.get("value")
    if isinstance(value, dict) and isinstance(value.get("amount_minor"), int):
        minor, currency = value["amount_minor"], str(value.get("currency", ""))
        if isinstance(minor, int):
            yield _shortest(minor, minor_digits(currency))
    for amount in _amounts(item.text):
        yield from _readings(amount)

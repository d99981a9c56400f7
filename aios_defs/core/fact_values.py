"""Owns the typed values of facts: money, quantities with a unit, dates, text.

Forms: `{"amount_minor": int, "currency": str}`, `{"quantity": str, "unit": str}` (a decimal number
in its shortest form), `{"date": "2031-05-06"}`, `{"text": str}`. Where the topic of a fact is a
key, a `title` stands beside; where a text is of a calendar, `entry` says of which entry and which
version of it, which is no part of what it says. Units are compared, not converted.
"""

import re
from datetime import date
from decimal import Decimal

from aios_defs.core.model import JsonObject
from aios_defs.core.money import parse_money
from aios_defs.core.predicates import Predicate

ENTRY = "entry"
"""Names, in the value of an appointment, what its calendar knows it by."""
TITLED = "titled:"
"""Begins a topic that is only a key, a keyed hash: the title is sealed with the value."""
_QUANTITY = re.compile(
    r"(?P<number>[-+]?\d{1,12}(?:[.,]\d{1,9})?)\s*(?P<unit>[^\d\s.,][^\s]{0,19})?"
)
_EXAMPLES = {
    "money": "an amount with a currency of ISO 4217, such as 1234.50 EUR",
    "quantity": "a number with its unit, such as 2.5 kg",
    "date": "a date, such as 2031-05-06",
}


def read_value(text: str, predicate: Predicate) -> JsonObject | None:
    """Return a text as a value of a predicate's type, or None if it is none of that type.

    Of a predicate of any type, what reads as money is money and all else text.
    """
    words = text.strip()
    match predicate.type:
        case "money":
            return _money(words)
        case "quantity":
            return _quantity(words, predicate.unit)
        case "date":
            return _date(words)
        case "text":
            return {"text": words} if words else None
        case "any":
            return _money(words) or ({"text": words} if words else None)


def wanted(predicate: Predicate) -> str:
    """Return how a value of a predicate is written, for whoever wrote another."""
    return _EXAMPLES.get(predicate.type, "some words")


def fits(value: JsonObject, predicate: Predicate) -> bool:
    """Return whether a value has a predicate's type."""
    keys = {"money": "amount_minor", "quantity": "quantity", "date": "date", "text": "text"}
    key = keys.get(predicate.type)
    return key is None or key in value


def is_same(one: JsonObject, other: JsonObject) -> bool:
    """Return whether two values say the same; of texts, case and spacing make no difference."""
    return _plain(one) == _plain(other)


def _plain(value: JsonObject) -> JsonObject:
    text = value.get("text")
    if not isinstance(text, str):
        return value
    said = {name: one for name, one in value.items() if name != ENTRY}
    return {**said, "text": " ".join(text.casefold().split())}


def _money(text: str) -> JsonObject | None:
    money = parse_money(text)
    return {"amount_minor": money[0], "currency": money[1]} if money else None


def _quantity(text: str, unit: str | None) -> JsonObject | None:
    found = _QUANTITY.fullmatch(text)
    given = found["unit"] or unit if found else None
    if found is None or given is None:
        return None
    number = Decimal(found["number"].replace(",", "."))
    return {"quantity": f"{number.normalize():f}", "unit": given}


def _date(text: str) -> JsonObject | None:
    try:
        return {"date": date.fromisoformat(text).isoformat()}
    except ValueError:
        return None

"""Owns recognising numbers that money can go to: IBAN, payment card, crypto wallet.

IBAN: ISO 13616 (length by country, remainder 1 modulo 97). Cards: ISO/IEC 7812 (issuer prefix and
length, Luhn check). What does not prove itself is not reported.
"""

import re
from collections.abc import Iterator

_IBAN_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL SD FK",
    19: "MK SI",
    20: "AT BA EE KZ LT LU XK MN",
    21: "CH CR HR LI LV",
    22: "BG BH DE GB GE IE ME RS VA",
    23: "AE GI IL IQ TL OM SO",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_LENGTH_OF = {
    country: length for length, countries in _IBAN_LENGTHS.items() for country in countries.split()
}
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ .-]?\d[ -]?\d")
_DIGITS = re.compile(r"(?<![\d])\d(?:[ -]?\d){12,18}(?!\d)")
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|35\d{14}|6(?:011|5\d{2}|4[4-9]\d)\d{12}|62\d{14,17}"
)
_WALLET = re.compile(
    r"\bbc1[02-9ac-hj-np-z]{11,71}\b|\b0x[0-9a-fA-F]{40}\b"
    r"|\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[13T][1-9A-HJ-NP-Za-km-z]{25,34}\b"
)
_CHECK = 97
_MOST_CHECKED = 10_000
_LONGEST_SPACED = 80
_NINE = 9


def has_iban(text: str) -> bool:
    """Tell whether a text holds an IBAN with a right check number, spaced or not."""
    return any(ibans_in(text))


def ibans_in(text: str) -> Iterator[str]:
    """Yield each IBAN with a right check number, without its separators and in upper case.

    Of more than ten thousand places where one could begin the next is yielded unchecked.
    """
    for count, found in enumerate(_IBAN_START.finditer(text)):
        if count == _MOST_CHECKED:
            yield found[0]
            return
        number = _iban(text[found.start() : found.start() + _LONGEST_SPACED])
        if number is not None:
            yield number


def has_card_number(text: str) -> bool:
    """Tell whether a text holds a payment card number that passes its check digit."""
    return any(cards_in(text))


def cards_in(text: str) -> Iterator[str]:
    """Yield each payment card number that passes its check digit, as written."""
    for found in _DIGITS.finditer(text):
        number = re.sub(r"\D", "", found[0])
        if _CARD.fullmatch(number) and _passes_luhn(number):
            yield found[0]


def has_wallet(text: str) -> bool:
    """Tell whether a text holds what looks like an address of a crypto currency."""
    return bool(_WALLET.search(text))


def _iban(rest: str) -> str | None:
    length = _LENGTH_OF.get(rest[:2].upper(), 0)
    compact = re.sub(r"[ \u00a0.-]", "", rest).upper() if length else ""
    number = compact[:length]
    if not length or len(number) < length or not (number.isascii() and number.isalnum()):
        return None
    moved = number[4:] + number[:4]
    checked = int("".join(str(int(one, 36)) for one in moved))
    return number if checked % _CHECK == 1 else None


def _passes_luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - _NINE if value > _NINE else value
    return total % 10 == 0

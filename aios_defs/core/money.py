"""Owns money in text: minor units by ISO 4217, reading an amount and writing it by language.

An amount is an integer of minor units, never a float. What was written with another code goes on
being written out: only reading a text asks for a code of ISO 4217
(https://www.iso.org/iso-4217-currency-codes.html).
"""

import re

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN
BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP
ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND
VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
"""The codes that have a minor unit: no metals, units of account or codes for tests.

The lev (BGN) stays among them: it gave way to the euro in 2026, and papers still name it.
"""
_MINOR_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}
_POINT_LANGUAGES = frozenset({"en", "ga", "he", "hi", "ja", "ko", "mt", "th", "zh"})
_SPACE_GROUPS = frozenset({"cs", "fi", "fr", "nb", "nn", "no", "pl", "ru", "sk", "sv", "uk"})
_AMOUNT = re.compile(
    r"(?:(?P<before>[A-Z]{3})\s*)?(?P<whole>\d{1,12})(?:[.,](?P<part>\d{1,4}))?"
    r"(?:\s*(?P<after>[A-Z]{3}))?"
)


def minor_digits(currency: str) -> int:
    """Return how many decimal places a currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(currency, 2)


def parse_money(text: str) -> tuple[int, str] | None:
    """Read `28 EUR`, `28.50 EUR`, `EUR 28,50` as (minor units, currency), or None if it is none.

    Exactly one code of CURRENCIES has to stand there; more decimals than it has are no money.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if not found or bool(found["before"]) == bool(found["after"]):
        return None
    currency = found["before"] or found["after"]
    if currency not in CURRENCIES:
        return None
    digits = minor_digits(currency)
    part = found["part"] or ""
    if len(part) > digits:
        return None
    return int(found["whole"] + part.ljust(digits, "0")), currency


def with_currency(text: str, currency: str) -> str:
    """Return a bare amount (`28`, `€28.50`) with this currency, and other text as it is."""
    sign = _SYMBOLS.get(currency, "")
    amount = f"{text.strip().removeprefix(sign).removesuffix(sign).strip()} {currency}"
    return amount if parse_money(amount) else text


def format_money(amount_minor: int, currency: str, language: str) -> str:
    """Write an amount as people of that language do: `€28.00`, `28,00 €`, `KWD 1.250`.

    `language` is a tag such as `en` or `de-AT`; only its first part counts.
    """
    tongue = language.lower().partition("-")[0].partition("_")[0]
    number = _number(abs(amount_minor), minor_digits(currency), tongue)
    sign = "-" if amount_minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    if tongue == "nl":
        return f"{symbol or currency} {sign}{number}"
    if tongue in _POINT_LANGUAGES:
        return f"{sign}{symbol}{number}" if symbol else f"{currency} {sign}{number}"
    return f"{sign}{number} {symbol or currency}"


def _number(amount_minor: int, digits: int, tongue: str) -> str:
    point, group = _separators(tongue)
    whole, part = divmod(amount_minor, 10**digits)
    grouped = f"{whole:,}".replace(",", group)
    return f"{grouped}{point}{part:0{digits}d}" if digits else grouped


def _separators(tongue: str) -> tuple[str, str]:
    if tongue in _POINT_LANGUAGES:
        return ".", ","
    if tongue in _SPACE_GROUPS:
        return ",", "\u00a0"
    return ",", "."

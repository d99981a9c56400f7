"""Owns the day that a promise names: "by Friday", "in two weeks", "bis zum 12. Mai".

Reads English and German, and of any language what is written in figures. A promise looks ahead: a
day without a year, or a weekday, is the next one. A week ends on Friday.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aios_defs.core.recall.dates import MONTHS

_Named = Mapping[str, str]
_LAST = time(23, 59, 59)
_FRIDAY = 4
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag",
            "friday freitag", "saturday samstag sonnabend", "sunday sonntag",
        )
    )
    for name in names.split()
}  # fmt: skip
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "ten": 10, "ein": 1, "einem": 1, "eine": 1, "einer": 1, "zwei": 2,
    "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "zehn": 10,
}  # fmt: skip
_NEAR = {
    "day after tomorrow": 2, "übermorgen": 2, "tomorrow": 1, "morgen": 1, "today": 0, "tonight": 0,
    "this afternoon": 0, "this evening": 0, "end of the day": 0, "end of day": 0, "heute": 0,
}  # fmt: skip

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:,? (?P<year>20\d\d))?\b"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})(?: of)?"
_UNIT = r"(?P<unit>hour|stunde|day|tag|werktag|arbeitstag|week|woche|month|monat)(?:s|e|n|en)?\b"
_WITHIN = r"(?:within|in|innerhalb von|innerhalb|binnen)(?: the)?(?: next| nächsten)?"
_END = r"(?:end of|ende)(?: the| this| der| dieser| des| dieses)?"


def due_of(sentence: str, at: datetime, zone: str) -> tuple[datetime | None, str]:
    """Return by when a sentence said at a moment promises, and the words that say so.

    The end of the day it names, in the time zone (IANA), as UTC; None and no words without one.
    """
    text, local = sentence.casefold(), at.astimezone(ZoneInfo(zone))
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            found = _read(read, match.groupdict(default=""), local)
            if found is not None:
                return found.astimezone(UTC), match.group()
    return None, ""


def _read(
    read: Callable[[_Named, datetime], date | datetime | None], found: _Named, local: datetime
) -> datetime | None:
    """Return the end of what was read; None for a day that no calendar has, or that is over."""
    try:
        named = read(found, local)
    except (ValueError, OverflowError):
        return None
    if isinstance(named, datetime) or named is None:
        return named
    return datetime.combine(named, _LAST, local.tzinfo) if named >= local.date() else None


def _dated(found: _Named, local: datetime) -> date:
    number = int(found["month"]) if found["month"].isdigit() else MONTHS[found["month"]]
    if found.get("year"):
        return date(int(found["year"]), number, int(found["day"]))
    named = date(local.year, number, int(found["day"]))
    return named if named >= local.date() else named.replace(year=local.year + 1)


def _near(found: _Named, local: datetime) -> date:
    return local.date() + timedelta(days=_NEAR[found["near"]])


def _counted(found: _Named, local: datetime) -> date | datetime:
    count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"]]
    unit = found["unit"]
    if unit in ("hour", "stunde"):
        return local + timedelta(hours=count)
    if unit in ("month", "monat"):
        return _last_of(local.date(), count, day=local.day)
    is_working = bool(found.get("working")) or unit in ("werktag", "arbeitstag")
    if is_working:
        return _working_days(local.date(), count)
    return local.date() + timedelta(days=count * (7 if unit in ("week", "woche") else 1))


def _working_days(day: date, count: int) -> date:
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() > _FRIDAY:
            day += timedelta(days=1)
    return day


def _weekday(found: _Named, local: datetime) -> date:
    ahead = (_WEEKDAYS[found["weekday"]] - local.weekday() - 1) % 7 + 1
    return local.date() + timedelta(days=ahead)


def _week(found: _Named, local: datetime) -> date:
    """Return the Friday of this week (today, once it is over) or of the next one."""
    friday = local.date() + timedelta(days=_FRIDAY - local.weekday())
    return friday + timedelta(days=7) if found.get("next") else max(friday, local.date())


def _month(found: _Named, local: datetime) -> date:
    return _last_of(local.date(), 1 if found.get("next") else 0)


def _last_of(day_of: date, months: int, *, day: int = 31) -> date:
    """Return a day of the month so many months on, or its last where it has no such day."""
    year, month = divmod(day_of.year * 12 + day_of.month - 1 + months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


_NEXT = r"(?P<next>next|coming|nächste[nrs]?|kommende[nrs]?)"
_PATTERNS: tuple[
    tuple[re.Pattern[str], Callable[[_Named, datetime], date | datetime | None]], ...
] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"\b(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b", _dated),
        (r"\b(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>20\d\d)?(?!\d)", _dated),
        (rf"\b{_DAY} ?(?:of )?{_MONTH}{_YEAR}", _dated),
        (rf"\b{_MONTH} (?:the )?{_DAY}(?!\d){_YEAR}", _dated),
        (rf"(?<!guten )(?<!am )(?<!heute )\b(?P<near>{'|'.join(_NEAR)})\b", _near),
        (rf"\b{_WITHIN} {_COUNT} (?P<working>working |business )?{_UNIT}", _counted),
        (rf"\b(?:{_NEXT}|this|diese[rn]?) (?:week|woche)\b", _week),
        (rf"\b{_END} (?:week|woche)\b", _week),
        (rf"\b{_NEXT} (?:month|monats?)\b", _month),
        (rf"\b(?:{_END} (?:month|monats?)|monatsende)\b", _month),
        (rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b", _weekday),
    )
)

"""Owns the days that a text speaks of: dates, months, seasons, "two weeks ago", "last Friday".

Reads English in full, and of any language what is written in figures (ISO 8601, day.month.year) and
the names of months in German, French, Spanish, Italian, Portuguese and Dutch. What names no year is
taken for the nearest to the moment it was said, and in a question for the latest before it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from aios_defs.core.recall.calendar import day, month, season, unit, weekday, year
from aios_defs.core.recall.item import Days

_Found = Mapping[str, str]
_Reader = Callable[[_Found, date, bool], Days | None]
"""Reads the named parts of a match, from the day it was said, in a question or not."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio janeiro januari",
            "february feb februar février febrero febbraio fevereiro februari",
            "march mar märz mars marzo março maart",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember décembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "several": 4,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
_NEAR = {
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0, "tonight": 0,
    "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1,
}  # fmt: skip
_STEPS = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_WHICH = rf"(?P<which>{'|'.join(_STEPS)})"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)\b"
_UNIT = r"(?P<unit>day|week|weekend|month|year)s?\b"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})(?: of)?"
_OF = r"\s*(?:of |de |di |,)?\s*"
_IN = r"(?:in|of|since|during|by|until|for|early|late|mid|im|en|in|em|last|this|next|le|seit)"
_SPAN = 25
"""Years around a text's own in which a bare year is one, not a number."""


def mentions(text: str, at: datetime, *, is_question: bool = False) -> tuple[Days, ...]:
    """Return the stretches of days a text speaks of, in its order; `at` is when it was said."""
    folded = text.casefold()
    found: dict[int, Days] = {}
    taken = bytearray(len(folded))
    for match, read in _matches(folded):
        first, last = match.span()
        if taken.find(1, first, last) < 0:
            days = _read(read, match.groupdict(default=""), at.date(), is_question=is_question)
            if days is not None:
                found[first] = days
                taken[first:last] = b"\1" * (last - first)
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def _matches(text: str) -> Iterator[tuple[re.Match[str], _Reader]]:
    """Yield what each pattern finds, the more exact ones first: they take their letters."""
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            yield match, read


def _read(read: _Reader, found: _Found, today: date, *, is_question: bool) -> Days | None:
    """Return what was found; None for a date that no calendar has, such as 31 June."""
    try:
        return read(found, today, is_question)
    except (ValueError, OverflowError):
        return None


def _dated(found: _Found, today: date, is_question: bool) -> Days:  # noqa: FBT001 - a table calls it
    number = int(found["month"]) if found["month"].isdigit() else MONTHS[found["month"]]
    if found.get("year"):
        return day(date(int(found["year"]), number, int(found["day"])))
    years = (today.year - 1, today.year, today.year + 1)
    days = [day(date(one, number, int(found["day"]))) for one in years]
    return _nearest(days, today, is_question=is_question)


def _monthly(found: _Found, today: date, is_question: bool) -> Days:  # noqa: FBT001 - as above
    number = MONTHS[found["month"]]
    if found.get("year"):
        return month(int(found["year"]), number)
    if found.get("which"):
        return _stepped([month(today.year + one, number) for one in (-1, 0, 1)], found, today)
    months = [month(today.year + one, number) for one in (-1, 0, 1)]
    return _nearest(months, today, is_question=is_question)


def _seasonal(found: _Found, today: date, is_question: bool) -> Days:  # noqa: FBT001 - as above
    if found.get("year"):
        return season(int(found["year"]), found["season"])
    seasons = [season(today.year + one, found["season"]) for one in (-2, -1, 0, 1)]
    if found.get("which"):
        return _stepped(seasons, found, today)
    return _nearest(seasons, today, is_question=is_question)


def _stepped(days: list[Days], found: _Found, today: date) -> Days:
    """Return the last of its kind that is over, the one of now or nearest, or the next to begin."""
    step = _STEPS[found["which"]]
    if step < 0:
        return max((one for one in days if one.last < today), key=lambda one: one.last)
    if step > 0:
        return min((one for one in days if one.first > today), key=lambda one: one.first)
    return _nearest(days, today, is_question=False)


def _nearest(days: list[Days], today: date, *, is_question: bool) -> Days:
    begun = [one for one in days if one.first <= today]
    if is_question and begun:
        return begun[-1]
    return min(days, key=lambda one: max(one.first - today, today - one.last))


def _yearly(found: _Found, today: date, _question: bool) -> Days | None:  # noqa: FBT001 - as above
    number = int(found["year"])
    return year(number) if abs(number - today.year) <= _SPAN else None


def _near(found: _Found, today: date, _question: bool) -> Days:  # noqa: FBT001 - as above
    return day(today + timedelta(days=_NEAR[found["near"]]))


def _stepped_unit(found: _Found, today: date, _question: bool) -> Days:  # noqa: FBT001 - as above
    return unit(found["unit"], today, _STEPS[found["which"]])


def _counted(found: _Found, today: date, _question: bool) -> Days:  # noqa: FBT001 - as above
    count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"]]
    return unit(found["unit"], today, count if found.get("ahead") else -count)


def _on_weekday(found: _Found, today: date, _question: bool) -> Days:  # noqa: FBT001 - as above
    number = _WEEKDAYS.index(found["weekday"])
    return weekday(today, number, forward=found.get("which") in {"next", "coming", "this"})


_PATTERNS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"\b{_YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)", _dated),
        (rf"\b(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)[./]{_YEAR}", _dated),
        (rf"\b{_DAY}{_OF}{_MONTH}(?:{_OF}{_YEAR})?", _dated),
        (rf"\b{_MONTH} (?:the )?{_DAY}(?!\d)(?:{_OF}{_YEAR})?", _dated),
        (rf"\b{_MONTH}{_OF}{_YEAR}", _monthly),
        (rf"\b{_WHICH} {_MONTH}", _monthly),
        (rf"\b{_IN} {_MONTH}", _monthly),
        (rf"\b{_SEASON}{_OF}{_YEAR}", _seasonal),
        (rf"\b{_WHICH} {_SEASON}", _seasonal),
        (rf"\b(?:in|during|of) (?:the )?{_SEASON}", _seasonal),
        (rf"\b{_WHICH} {_UNIT}", _stepped_unit),
        (rf"\b{_COUNT} {_UNIT} (?:ago|back|earlier)", _counted),
        (rf"\b(?P<ahead>in) {_COUNT} {_UNIT}", _counted),
        (rf"\b(?:{_WHICH} |on )?(?P<weekday>{'|'.join(_WEEKDAYS)})\b", _on_weekday),
        (rf"\b(?P<near>{'|'.join(_NEAR)})\b", _near),
        (rf"\b{_YEAR}", _yearly),
    )
)

"""Owns stretches of days and the arithmetic of their names: months, seasons, weeks, weekdays."""

from calendar import monthrange
from datetime import date, timedelta

from aios_defs.core.recall.item import Days

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month a season begins with, as weather services count in the north."""


def day(one: date) -> Days:
    """Return a single day."""
    return Days(first=one, last=one)


def month(year: int, number: int) -> Days:
    """Return the month of that number, which may lie beyond 1 to 12: 0 is December before."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    return Days(first=date(year, number, 1), last=date(year, number, monthrange(year, number)[1]))


def year(number: int) -> Days:
    """Return a year."""
    return Days(first=date(number, 1, 1), last=date(number, 12, 31))


def season(of: int, name: str) -> Days:
    """Return the season that begins in that year."""
    begin = _SEASONS[name]
    return Days(first=date(of, begin, 1), last=month(of, begin + 2).last)


def week(one: date) -> Days:
    """Return the week of that day, Monday to Sunday (ISO 8601)."""
    monday = one - timedelta(days=one.weekday())
    return Days(first=monday, last=monday + timedelta(days=6))


def weekend(one: date) -> Days:
    """Return Saturday and Sunday of the week of that day."""
    monday = one - timedelta(days=one.weekday())
    return Days(first=monday + timedelta(days=5), last=monday + timedelta(days=6))


def unit(name: str, one: date, count: int) -> Days:
    """Return the day, week, weekend, month, season or year that lies `count` of them after one's.

    A season counts in years: the one of this name `count` years after that of this year.
    """
    if name == "day":
        return day(one + timedelta(days=count))
    if name in {"week", "weekend"}:
        return (week if name == "week" else weekend)(one + timedelta(weeks=count))
    if name == "month":
        return month(one.year, one.month + count)
    return year(one.year + count)


def weekday(one: date, number: int, *, forward: bool) -> Days:
    """Return the nearest day of that number (Monday 0) strictly before one, or strictly after."""
    ahead = (number - one.weekday() - 1) % 7 + 1
    back = (one.weekday() - number - 1) % 7 + 1
    return day(one + timedelta(days=ahead if forward else -back))


def overlap(one: Days, other: Days) -> bool:
    """Return whether two stretches share a day."""
    return one.first <= other.last and other.first <= one.last

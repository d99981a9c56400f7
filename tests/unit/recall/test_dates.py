"""Proves which days a text speaks of, counted from when it was said or asked."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.recall.dates import mentions
from aios_defs.core.recall.item import Days

SAID = datetime(2023, 5, 8, 14, tzinfo=UTC)
"""A Monday."""


def spoken(text: str, *, is_question: bool = False) -> list[str]:
    found = mentions(text, SAID, is_question=is_question)
    return [f"{one.first}/{one.last}" for one in found]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("I went there yesterday", "2023-05-07/2023-05-07"),
        ("last night", "2023-05-07/2023-05-07"),
        ("We meet tomorrow", "2023-05-09/2023-05-09"),
        ("last Friday", "2023-05-05/2023-05-05"),
        ("next Friday", "2023-05-12/2023-05-12"),
        ("last week", "2023-05-01/2023-05-07"),
        ("this weekend", "2023-05-13/2023-05-14"),
        ("two weeks ago", "2023-04-24/2023-04-30"),
        ("a couple of months ago", "2023-03-01/2023-03-31"),
        ("in 3 days", "2023-05-11/2023-05-11"),
        ("last spring", "2022-03-01/2022-05-31"),
        ("the summer of 2021", "2021-06-01/2021-08-31"),
        ("last year", "2022-01-01/2022-12-31"),
        ("in January", "2023-01-01/2023-01-31"),
        ("in May 2022", "2022-05-01/2022-05-31"),
        ("May 2022", "2022-05-01/2022-05-31"),
        ("on 16 August, 2022", "2022-08-16/2022-08-16"),
        ("August 16th", "2023-08-16/2023-08-16"),
        ("2023-04-01", "2023-04-01/2023-04-01"),
        ("am 1.4.2023", "2023-04-01/2023-04-01"),
        ("am 3. März 2023", "2023-03-03/2023-03-03"),
        ("le 5 janvier", "2023-01-05/2023-01-05"),
        ("in 2021", "2021-01-01/2021-12-31"),
    ],
)
def test_a_text_speaks_of_days(text: str, days: str) -> None:
    """Dates, months, seasons and distances are stretches of days, both ends included."""
    assert spoken(text) == [days]


@pytest.mark.parametrize(
    "text", ["he may go", "31 June", "call 1955 4711", "the march went on", "version 3.11", ""]
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Other words, numbers and impossible dates speak of no day."""
    assert spoken(text) == []


def test_a_question_asks_for_what_was() -> None:
    """Without a year, a question means the latest such time, a text the nearest."""
    assert spoken("in July") == ["2023-07-01/2023-07-31"]
    assert spoken("in July", is_question=True) == ["2022-07-01/2022-07-31"]


def test_the_more_exact_reading_takes_the_letters() -> None:
    """A date is not a month and a year as well; two dates are two."""
    assert len(spoken("on 16 August, 2022, or in May 2022")) == 2


@given(
    st.text(max_size=200),
    st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)),  # noqa: DTZ001 - hypothesis wants them naive
)
def test_no_text_and_no_time_break_it(text: str, at: datetime) -> None:
    """Whatever is written, at whatever time: stretches whose ends are in order."""
    words = f"{text} last week {text} in 3 years, last summer, on Friday {text} 30 February"
    for one in mentions(words, at.replace(tzinfo=UTC)):
        assert one.first <= one.last


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1)))
def test_a_written_date_is_read_back(one: date) -> None:
    """A date in figures means that day, whenever it is read."""
    assert mentions(f"on {one.isoformat()}", SAID) == (Days(first=one, last=one),)

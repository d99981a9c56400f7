"""Proves that of the versions of a calendar entry the latest stands, and the others say why not."""

from pathlib import Path

import pytest

from aios_defs.services.imports.undo import undo
from tests.integration.desk import Desk
from tests.integration.memory_files import (
    facts,
    german_desk,
    imported_from,
    looked_at,
    who,
    written,
)

NEW = "new@person.example"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return german_desk(tmp_path)


def calendar(*events: str, method: str = "") -> str:
    """Return a calendar of these events, each given by its lines of its own, parted by `|`."""
    head = "BEGIN:VCALENDAR\nVERSION:2.0\n" + (f"METHOD:{method}\n" if method else "")
    bodies = [f"BEGIN:VEVENT\n{one.replace('|', chr(10))}\nEND:VEVENT\n" for one in events]
    return head + "".join(bodies) + "END:VCALENDAR\n"


def event(number: int, title: str, day: int, *, who: str = NEW, more: str = "") -> str:
    """Return an event of `SEQUENCE` number about somebody (`who` empty: nobody) on a day."""
    people = f"|ATTENDEE:mailto:{who}" if who else ""
    start = f"DTSTART:203101{day:02d}T100000Z"
    return f"UID:one|SEQUENCE:{number}|SUMMARY:{title}|{start}{people}{more}"


def said(desk: Desk, who_is: str = NEW) -> list[str]:
    """Return what stands of appointments of somebody, or of the house."""
    subject = who(desk, who_is).id if who_is else None
    found = facts(desk, subject_id=subject).get("appointment", [])
    return sorted(one.replace("T10:00:00.000000Z", "") for one in found)


@pytest.mark.parametrize("whose", [NEW, ""])
@pytest.mark.parametrize(
    "later",
    [
        event(1, "Talk", 5, more="|LOCATION:Here"),
        event(1, "Longer talk", 5),
        event(1, "Talk", 6),
        event(0, "Talk", 6, more="|DTSTAMP:20310102T000000Z"),
    ],
    ids=["place", "title", "time", "stamp"],
)
def test_a_later_version_takes_the_place_of_the_former(desk: Desk, later: str, whose: str) -> None:
    """A place, title or time that changed is news; the former gives way for a reason, once."""
    attendee = f"|ATTENDEE:mailto:{NEW}"
    first = event(0, "Talk", 5, who=whose, more="|DTSTAMP:20310101T000000Z")
    news = later if whose else later.replace(attendee, "")
    imported_from(desk, written(desk, "a.ics", calendar(first)))
    before = said(desk, whose)

    outlook = looked_at(desk, written(desk, "b.ics", calendar(news)))
    done = imported_from(desk, written(desk, "b.ics", calendar(news)))

    assert dict(outlook.counts) == dict(done.counts) == {"changed": 1}
    (standing,) = said(desk, whose)
    assert [standing] != before
    (gone,) = desk.events("fact.superseded")
    assert gone.data["reason"] == "a later version of the calendar entry says otherwise"
    again = [imported_from(desk, written(desk, f"{one}.ics", calendar(text))) for one, text in (
        ("a2", first), ("b2", news),
    )]  # fmt: skip
    assert [dict(one.counts) for one in again] == [{"known": 1}, {"known": 1}]
    assert said(desk, whose) == [standing]


@pytest.mark.parametrize("people", [NEW, ""])
def test_a_cancellation_calls_off_what_is_known(desk: Desk, people: str) -> None:
    """METHOD:CANCEL cancels all of its file, for those it names and those the entry once named."""
    imported_from(desk, written(desk, "a.ics", calendar(event(0, "Talk", 5))))

    text = calendar(event(1, "Talk", 5, who=people), method="CANCEL")
    done = imported_from(desk, written(desk, "b.ics", text))

    assert dict(done.counts) == {"changed": 1}
    assert said(desk) == ["Talk (cancelled)\n2031-01-05"]
    assert said(desk, "") == []
    (gone,) = desk.events("fact.superseded")
    assert gone.data["reason"] == "the calendar says that it is cancelled"


def test_one_day_of_a_series_is_cancelled_alone(desk: Desk) -> None:
    """An entry with a RECURRENCE-ID is another than its series, and than other days of it."""
    series = event(0, "Weekly", 5, more="|RRULE:FREQ=WEEKLY")
    days = [event(0, "Moved", day, more=f"|RECURRENCE-ID:203101{day}T090000Z") for day in (12, 19)]
    imported_from(desk, written(desk, "a.ics", calendar(series, *days)))

    off = days[0].replace("SEQUENCE:0", "SEQUENCE:1|STATUS:CANCELLED")
    imported_from(desk, written(desk, "b.ics", calendar(off)))

    assert said(desk) == [
        "Moved\n2031-01-19",
        "Moved (cancelled)\n2031-01-12",
        "Weekly\n2031-01-05\nFREQ=WEEKLY",
    ]


def test_an_earlier_version_that_comes_late_is_known(desk: Desk) -> None:
    """The order of import is no order of versions: what was cancelled is not called for again."""
    off = event(3, "Talk", 5, more="|STATUS:CANCELLED")
    imported_from(desk, written(desk, "a.ics", calendar(off)))

    done = imported_from(desk, written(desk, "b.ics", calendar(event(2, "Old talk", 5))))

    assert dict(done.counts) == {"known": 1}
    assert said(desk) == ["Talk (cancelled)\n2031-01-05"]


def test_a_series_written_out_under_one_uid_stands_beside_itself(desk: Desk) -> None:
    """Entries that say nothing of their version and begin at other times take no other's place."""
    days = [event(0, "Weekly", day) for day in (5, 12)]

    done = imported_from(desk, written(desk, "a.ics", calendar(*days)))

    assert dict(done.counts) == {"new": 2}
    assert said(desk) == ["Weekly\n2031-01-05", "Weekly\n2031-01-12"]


def test_undoing_a_later_version_brings_the_former_back(desk: Desk) -> None:
    """What an import replaced holds again without it, and can be replaced again."""
    imported_from(desk, written(desk, "a.ics", calendar(event(0, "Talk", 5))))
    news = written(desk, "b.ics", calendar(event(1, "Talk", 6)))
    done = imported_from(desk, news)

    undo(desk.kernel, done.import_id)

    assert said(desk) == ["Talk\n2031-01-05"]
    assert dict(imported_from(desk, news).counts) == {"changed": 1}
    assert said(desk) == ["Talk\n2031-01-06"]

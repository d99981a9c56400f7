"""Proves that what other programs write oddly is read right, or said to be left out."""

import os
from pathlib import Path

import pytest

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.fact_setting import Word, set_fact
from tests.integration.desk import KIM, Desk
from tests.integration.memory_files import (
    facts,
    german_desk,
    imported_from,
    looked_at,
    rows,
    who,
    written,
)

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:one
SUMMARY:About the blue widget
DTSTART:20310105T100000Z
DURATION:PT1H30M
ATTENDEE:mailto:new@person.example
END:VEVENT
BEGIN:VEVENT
UID:one
STATUS:CANCELLED
SUMMARY:About the blue widget
DTSTART:20310105T100000Z
ATTENDEE:mailto:new@person.example
END:VEVENT
BEGIN:VEVENT
UID:two
SUMMARY:Far away
DTSTART;TZID=Mars/Phobos:20310106T100000
ATTENDEE:mailto:new@person.example
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return german_desk(tmp_path)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_of_a_card_end_in_any_way(desk: Desk, end: str) -> None:
    """A name goes to the end of its line, also where the lines of one file end differently."""
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Eva Odd{end}EMAIL:eva@x.example\r\nEND:VCARD{end}"

    imported_from(desk, written(desk, "odd.vcf", card))

    assert who(desk, "Eva Odd").id == who(desk, "eva@x.example").id


def test_a_cancelled_entry_is_news_and_says_so(desk: Desk) -> None:
    """A cancellation takes the place of what is known; a duration is an end, a zone is named."""
    path = written(desk, "c.ics", CALENDAR)

    first, again = imported_from(desk, path), imported_from(desk, path)

    assert (dict(first.counts), dict(again.counts)) == (
        {"new": 2, "changed": 1},
        {"known": 3},
    )
    said = facts(desk, subject_id=who(desk, "new@person.example").id)["appointment"]
    assert sorted(said) == [
        "About the blue widget (cancelled)\n2031-01-05T10:00:00.000000Z",
        (
            "Far away\n2031-01-06T10:00:00.000000Z\n(its time zone Mars/Phobos is not known: read "
            "as the operator's)"
        ),
    ]


@pytest.mark.parametrize("name", ["missing.md", "missing.vcf", "pipe.md"])
def test_what_is_no_file_is_refused(desk: Desk, name: str) -> None:
    """A note that is not there is no empty folder of notes."""
    os.mkfifo(desk.path / "pipe.md")

    with pytest.raises(UsageInvalid):
        looked_at(desk, desk.path / name)


def test_what_a_folder_points_to_elsewhere_is_said_to_be_left_out(desk: Desk) -> None:
    """A link out of the folder of notes is not followed, and stands in quarantine by its name."""
    written(desk, "elsewhere.md", "Not for the house.")
    written(desk, "notes/one.md", "One note.")
    (desk.path / "notes" / "two.md").symlink_to(desk.path / "elsewhere.md")
    os.mkfifo(desk.path / "notes" / "three.md")

    outlook = looked_at(desk, desk.path / "notes")

    assert dict(outlook.counts) == {"new": 1, "quarantined": 2}
    assert [place for place, _, _ in outlook.troubles] == [
        "the file three.md", "the file two.md",
    ]  # fmt: skip


def test_only_a_table_has_columns_to_map(desk: Desk) -> None:
    """A mapping that would do nothing is refused instead of being passed over."""
    with pytest.raises(UsageInvalid):
        looked_at(desk, written(desk, "c.ics", CALENDAR), Name="name")


def test_a_fact_about_somebody_has_no_topic(desk: Desk) -> None:
    """What is not sealed takes nothing that is said of a person: no topic, and only names."""
    text = f"subject,topic,predicate,value\n{KIM},her secret,likes,blue\n"
    text += f"{KIM},,her: secret,blue\n"

    done = imported_from(desk, written(desk, "facts.csv", text))
    with pytest.raises(UsageInvalid):
        set_fact(
            desk.kernel,
            Word(predicate="likes", text="blue", subject_id=who(desk, KIM).id, topic="her secret"),
        )

    with pytest.raises(UsageInvalid):
        looked_at(desk, written(desk, "more.csv", "name,x\nEva,1\n"), x="fact:her: secret")

    assert dict(done.counts) == {"quarantined": 2}
    assert not rows(desk, FactRow, author="import")


@pytest.mark.parametrize("day", ["2031-02-29", "2031-05-06 or so", "6.5.2031", "2031-05-06T99:99"])
def test_a_day_that_is_none_is_said_to_be_none(desk: Desk, day: str) -> None:
    """What follows a day is read as well, and is no day if it is no moment."""
    text = f"subject,predicate,value,valid from\n{KIM},city,Rome,{day}\n"
    text += f"{KIM},city,Oslo,2031-05-06T14:30\n"

    done = imported_from(desk, written(desk, "facts.csv", text))

    assert dict(done.counts) == {"new": 1, "quarantined": 1}


def test_a_note_that_is_known_is_shown_as_known(desk: Desk) -> None:
    """The look at a folder tells the notes that are new from those that stand already."""
    written(desk, "vault/one.md", "# One\n\nThe first.\n")
    imported_from(desk, desk.path / "vault")
    written(desk, "vault/two.md", "# Two\n\nThe second.\n")

    outlook = looked_at(desk, desk.path / "vault")

    assert dict(outlook.counts) == {"known": 1, "new": 1}
    assert dict(imported_from(desk, desk.path / "vault").counts) == {"known": 1, "new": 1}

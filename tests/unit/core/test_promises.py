"""Proves which sentences of ours are promises, by when, and what they are about."""

from datetime import UTC, datetime

import pytest

from aios_defs.core.commitments.due import due_of
from aios_defs.core.commitments.promises import promises, things

TUESDAY = datetime(2031, 5, 6, 10, tzinfo=UTC)
ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("sentence", "day", "awaits"),
    [
        ("I'll send you the offer by Friday.", "2031-05-09", "deed"),
        ("I\N{RIGHT SINGLE QUOTATION MARK}ll forward the invoice\ntomorrow.", "2031-05-07", "deed"),
        ("We will get back to you within two business days.", "2031-05-08", "answer"),
        ("You'll receive the refund by 12 May.", "2031-05-12", "deed"),
        ("You will have the contract by May 20, 2032.", "2032-05-20", "deed"),
        ("I am going to look into it and let you know by 2031-06-01.", "2031-06-01", "answer"),
        ("We will gladly refund the lamp next week.", "2031-05-16", "deed"),
        ("I'll finish the draft by the end of the month.", "2031-05-31", "deed"),
        ("We'll let you know.", None, "answer"),
        ("Ich schicke Ihnen das Angebot bis Freitag.", "2031-05-09", "deed"),
        ("Bis morgen werden wir Ihnen die Rechnung zusenden.", "2031-05-07", "deed"),
        ("Wir melden uns.", None, "answer"),
        ("Sie erhalten den Vertrag bis zum 12. Mai.", "2031-05-12", "deed"),
        ("Ich werde Sie am 3.6. anrufen.", "2031-06-03", "answer"),
        ("Wir klären das innerhalb von 3 Werktagen.", "2031-05-09", "answer"),
        ("Nächste Woche liefern wir den Tisch.", "2031-05-16", "deed"),
    ],
)
def test_a_promise_is_read_with_its_day(sentence: str, day: str | None, awaits: str) -> None:
    """English and German promises, with the last moment of their day in the operator's zone."""
    (found,) = promises(f"Hello Kim,\n\nthanks. {sentence}\n\n-- \nPat", TUESDAY, ZONE)

    assert found.text == " ".join(sentence.split())
    assert found.awaits == awaits
    assert (found.due.isoformat() if found.due else None) == (day and f"{day}T21:59:59+00:00")


@pytest.mark.parametrize(
    "sentence",
    [
        "The blue widget costs 40.00 EUR.",
        "We won't send it by Friday.",
        "If you pay today, we'll ship tomorrow.",
        "Shall I send it by Friday?",
        "We'll be closed on Friday.",
        "Attached I'll send you the offer.",
        "I will never cancel it.",
        "Anbei sende ich Ihnen heute das Angebot.",
        "Sobald wir es wissen, melden wir uns.",
        "Wir liefern nach Österreich.",
        "> I'll send it by Friday",
        "I'll send " + "it " * 200,
    ],
)
def test_what_is_unclear_is_no_promise(sentence: str) -> None:
    """Statements, refusals, conditions, questions, quotes and what the mail itself does."""
    assert promises(sentence, TUESDAY, ZONE) == ()


def test_hours_are_counted_from_the_moment_and_a_past_day_is_none() -> None:
    """A stretch of hours ends at an instant; a day that is over is no day to promise by."""
    assert due_of("within 4 hours", TUESDAY, ZONE)[0] == datetime(2031, 5, 6, 14, tzinfo=UTC)
    assert due_of("as of 2031-04-01", TUESDAY, ZONE) == (None, "")
    assert due_of("on 31.2.2032", TUESDAY, ZONE) == (None, "")


def test_a_day_is_that_of_the_operator() -> None:
    """Late in the evening in UTC it is tomorrow already further east."""
    evening = datetime(2031, 5, 6, 23, tzinfo=UTC)

    due, _ = due_of("I'll call you tomorrow", evening, ZONE)

    assert due == datetime(2031, 5, 8, 21, 59, 59, tzinfo=UTC)


def test_a_promise_is_about_its_thing_alone() -> None:
    """Neither its verb, its day nor small words tell what it is about."""
    english = things("I'll send you the invoice by Friday.", TUESDAY, ZONE, "en")
    german = things("Bis Freitag werden wir Ihnen die Rechnung zusenden.", TUESDAY, ZONE, "de")

    assert english == {"invoic"}
    assert german == {"rechnung"}
    assert things("We'll get back to you within two days.", TUESDAY, ZONE, "en") == frozenset()

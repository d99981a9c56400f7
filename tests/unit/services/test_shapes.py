"""Proves that a content is shown as what it is, with nothing left out."""

from aios_defs.core.model import JsonObject
from aios_defs.services.shapes import difference, headline, shape_of

MAIL: JsonObject = {"to": ["a@one.example"], "cc": [], "subject": "Hello", "body": "Text"}


def test_a_mail_is_a_mail() -> None:
    """Recipients are lists, and what only programs read stands apart."""
    shape = shape_of({**MAIL, "in_reply_to": "<x@y>", "priority": "high"})

    assert shape["form"] == "mail"
    assert shape["to"] == ["a@one.example"]
    assert shape["rest"] == [["priority", "high"]]
    assert shape["technical"] == [["in reply to", "<x@y>"]]


def test_an_event_is_a_day() -> None:
    """Begin, end, place and people of an event are found by their names."""
    shape = shape_of(
        {"title": "Fitting", "start": "10:00", "end": "11:00", "location": "Here", "notes": "Bring"}
    )

    assert (shape["form"], shape["title"], shape["where"]) == ("event", "Fitting", "Here")
    assert shape["rest"] == [["notes", "Bring"]]


def test_a_journal_entry_is_a_table() -> None:
    """Lines become rows under every column that any of them has."""
    lines = [{"account": "1000", "debit": 40}, {"account": "4000", "credit": 40}]

    shape = shape_of({"date": "2031-03-04", "lines": [*lines]})

    assert shape["columns"] == ["account", "debit", "credit"]
    assert shape["lines"] == [["1000", 40, ""], ["4000", "", 40]]


def test_what_is_unknown_is_a_table_of_its_arguments() -> None:
    """Whatever an operation takes is shown, lists and nested values in one line each."""
    shape = shape_of({"ids": ["a", "b"], "is_urgent": True, "about": {"kind": "x"}})

    assert shape["rest"] == [["ids", "a, b"], ["is urgent", "yes"], ["about", "kind: x"]]


def test_a_headline_is_told_by_the_arguments() -> None:
    """A mail says whom and about what; anything else names its operation."""
    assert headline("mail.send", MAIL, ["a@one.example"]) == "Mail a@one.example: Hello"
    assert headline("books.post", {"title": "Rent"}, []) == "books.post: Rent"


def test_a_difference_names_only_what_changed() -> None:
    """Lines that were and that are now, beside those that were kept."""
    found = difference({**MAIL, "body": "One\nTwo"}, {**MAIL, "body": "One\nThree"})

    assert found == [
        {
            "name": "body",
            "lines": [
                {"sign": " ", "text": "One"},
                {"sign": "-", "text": "Two"},
                {"sign": "+", "text": "Three"},
            ],
        }
    ]

"""Proves that a form changes exactly what was typed into it."""

import pytest

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.services.edits import changes_in, fields_of

CONTENT: JsonObject = {
    "body": "One\nTwo",
    "cc": [],
    "lines": [{"account": "1000"}],
    "amount_minor": 400,
    "automatic": False,
    "to": ["a@one.example", "b@two.example"],
}


def test_fields_begin_with_what_people_write() -> None:
    """The recipient and the text come first, what only programs read last."""
    names = [one["name"] for one in fields_of(CONTENT)]

    assert names[:2] == ["to", "body"]
    assert names[-1] == "automatic"


def test_what_was_sent_as_it_was_shown_changes_nothing() -> None:
    """A form sent untouched is no edit."""
    shown = {
        str(one["name"]): str(one["value"])
        for one in fields_of(CONTENT)
        if one["form"] not in ("fixed", "flag")
    }

    assert changes_in(CONTENT, shown) == {}


def test_lists_are_written_one_a_line() -> None:
    """Commas separate as well, and blanks around an address are dropped."""
    changes = changes_in(CONTENT, {"to": "c@three.example,\n d@four.example \n\n"})

    assert changes == {"to": ["c@three.example", "d@four.example"]}


@pytest.mark.parametrize(
    "given", [{"from": "x"}, {"amount_minor": "a lot"}, {"lines": "account: 2"}]
)
def test_what_does_not_fit_is_refused(given: dict[str, str]) -> None:
    """An unknown argument, a number that is none, and what no form can edit."""
    with pytest.raises(UsageInvalid):
        changes_in(CONTENT, given)

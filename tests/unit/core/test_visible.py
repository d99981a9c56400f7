"""Proves that text from outside can't act on a terminal or look like other text."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.visible import one_line, quoted, visible


@given(st.text())
def test_nothing_hidden_stays_hidden(text: str) -> None:
    """No control, direction or private character is left but line ends, tabs and joiners."""
    left = {one for one in visible(text) if one not in "\n\t\u200c\u200d"}

    assert not {unicodedata.category(one) for one in left} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_what_was_hidden_is_named() -> None:
    """A character that turns the direction of reading is shown by its number."""
    assert visible("a\u202eb\x1b[31m") == "a<U+202E>b<U+001B>[31m"


def test_ordinary_text_stays_as_it_is() -> None:
    """Letters of any script, line ends and emoji joined to one sign are not touched."""
    text = "Grüße, 你好, سلام\n\t\U0001f469\u200d\U0001f4bb"

    assert visible(text) == text


def test_every_quoted_line_has_its_mark() -> None:
    """No line of a quotation can pass for one of ours, whatever line end it used."""
    shown = quoted("one\r\ntwo\nthree", mark="| ")

    assert shown.splitlines() == ["| one", "| two", "| three"]


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    """Whatever breaks lines, a single line stays single."""
    assert "\n" not in one_line(text)

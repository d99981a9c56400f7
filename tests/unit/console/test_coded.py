"""Proves how sentences of ours with words in backticks stand on a page."""

import pytest

from aios_defs.console.shell import coded


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("End `aios up` first.", "End <code>aios up</code> first."),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("No marks <b>", "No marks &lt;b&gt;"),
        ("`<b>` is escaped", "<code>&lt;b&gt;</code> is escaped"),
        ("one ` alone <b>", "one ` alone &lt;b&gt;"),
        ("`a` and ` alone", "`a` and ` alone"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_stands_in_backticks_is_code_and_all_is_escaped(text: str | None, html: str) -> None:
    """Pairs of backticks become code; without a partner they stay as they are."""
    assert str(coded(text)) == html


def test_hidden_characters_are_shown_in_code_as_well() -> None:
    """A character that turns the line around is named."""
    assert "\u202e" not in coded("see `\u202egpj.exe`")

"""Proves how words are compared, and what a message says by itself."""

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.folding import fold, fold_text, own_words, words_of


def test_case_accents_and_invisible_characters_make_no_difference() -> None:
    """Composed, decomposed, wide and interrupted forms are the same word."""
    assert {fold_text(one) for one in ("Łódź", "ŁO\u0301DZ\u0301", "l\u00f3\u200bdz", "lódź")} == {
        "lodz"
    }


@given(text=st.text(max_size=100))
def test_each_folded_character_knows_where_it_came_from(text: str) -> None:
    """Offsets rise and lie within the original."""
    folded = fold(text)

    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= one < len(text) for one in folded.offsets)


def test_words_are_folded_in_order() -> None:
    """Marks between words are no words."""
    assert words_of("Où, où? Ça!") == ["ou", "ou", "ca"]


def test_quotes_and_the_signature_are_not_the_writers_words() -> None:
    """What a mail quotes, and what stands below its signature mark, is left out."""
    text = "Yes.\n> old\nMore.\n\nOn Monday X wrote:\n> older\n-- \nme\n"

    assert own_words(text).split() == ["Yes.", "More."]


def test_an_introduction_without_a_quotation_is_kept() -> None:
    """A line that ends in a colon begins a quotation only when one follows."""
    assert "Here is what I need:" in own_words("Here is what I need:\ntwo lamps")


def test_a_mail_of_nothing_but_quotes_is_kept_whole() -> None:
    """No text is overlooked because all of it looks quoted."""
    assert own_words("> please answer below") == "> please answer below"

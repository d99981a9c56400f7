"""Proves what a summary without a model takes from a conversation, and that it adds nothing."""

from datetime import UTC, datetime

from aios_defs.core.recall.summary import Spoken, summarised

AT = datetime(2031, 5, 6, 12, tzinfo=UTC)
ANA = Spoken(
    speaker="Ana",
    at=AT,
    text="Hello there,\nThe chairs for the garden are what we need.\nHow nice the weather is.\n"
    "The chairs have to be there by 3 June 2031.\n> I quote the price of 900 EUR.\n",
)
PAT = Spoken(
    speaker="Pat",
    at=AT,
    text="Dear Ana,\nTen chairs cost 450 EUR with delivery.\nMany greetings\n"
    "-- \nPat, 12 EUR Street",
)


def test_days_and_sums_of_what_it_is_about_are_taken_word_for_word() -> None:
    """The sentences that say most come in their order, each with who said it."""
    assert summarised([ANA, PAT]) == (
        "Ana: The chairs for the garden are what we need. "
        "The chairs have to be there by 3 June 2031.\n"
        "Pat: Ten chairs cost 450 EUR with delivery."
    )


def test_what_is_quoted_and_signed_is_not_taken() -> None:
    """A sum in somebody else's words, or in a signature, is nobody's sentence."""
    made = summarised([ANA, PAT]) or ""

    assert "900" not in made
    assert "12 EUR" not in made


def test_what_is_short_needs_no_summary() -> None:
    """Up to three sentences stand for themselves, and so does nothing at all."""
    assert summarised([Spoken(speaker="Ana", at=AT, text="One. Two. Three.")]) is None
    assert summarised([]) is None


def test_a_language_without_spaces_has_sentences_too() -> None:
    """A full stop of another script ends one where a line or space follows."""
    text = "椅子は四百ユーロです。\nこんにちは。\nはい。\n椅子は六月三日までに必要です。\nええ。"

    made = summarised([Spoken(speaker="", at=AT, text=text)]) or ""

    assert len(made.split("。")) == 4
    assert "椅子は四百ユーロです。" in made

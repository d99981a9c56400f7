"""Proves that text and questions come to the same terms, in every script."""

import pytest

from aios_defs.core.recall.words import terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("She is painting", "she is painted"),
        ("Die Rechnungen und der Vertrag", "die Rechnung und der Vertrag"),
        ("Les factures sont payées", "les facture sont payée"),
        ("Caroline\u2019s books", "Caroline's book"),
        ("ﬁle", "FILE"),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    """Endings, case, quotation marks and ligatures make no other word."""
    assert terms(one) == terms(other)


def test_unspaced_scripts_are_cut_into_pairs() -> None:
    """A word of two letters is found in the middle of a sentence."""
    assert set(terms("請求書")) <= set(terms("五月の請求書は支払い済みです。"))
    assert terms("水") == ("水",)


def test_the_operators_language_is_taken_when_small_words_do_not_tell() -> None:
    """A question of one word is stemmed as the operator writes."""
    assert terms("Rechnungen", "de") == ("rechnung",)
    assert terms("Rechnungen", "pl") == ("rechnungen",)

"""Proves that an amount in a text is verified by a fact of that amount, and by no other."""

from hypothesis import assume, given
from hypothesis import strategies as st

from aios_defs.core.claims import unverified_claims
from aios_defs.core.decision import PackItem
from aios_defs.core.labels import Label
from aios_defs.core.money import format_money, minor_digits, parse_money

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "PLN", "CZK", "SEK", "DKK", "KWD", "INR", "AUD")
LANGUAGES = ("en", "de", "de-AT", "fr", "nl", "pl", "cs", "sv", "da", "es", "it", "ja", "en-GB")
AMOUNTS = st.integers(1, 9_999_999)


def fact(amount_minor: int, currency: str) -> PackItem:
    """Return a money fact as a pack item."""
    value = {"amount_minor": amount_minor, "currency": currency}
    return PackItem(name="fact:1", kind="fact", source="e", label=Label(), data={"value": value})


def said(text: str) -> PackItem:
    """Return an answer of the operator."""
    return PackItem(name="answer:1", kind="answer", source="e", label=Label(), text=text)


def sentence(amount_minor: int, currency: str, language: str) -> str:
    """Return a sentence that states an amount as people of the language write it."""
    return f"It is {format_money(amount_minor, currency, language)} each."


@given(AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_an_amount_is_verified_by_its_fact(amount: int, currency: str, language: str) -> None:
    """However a language groups and points it, the fact of that amount carries it."""
    text = sentence(amount, currency, language)

    assert unverified_claims(text, [fact(amount, currency)]) == ()


@given(AMOUNTS, AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_another_amount_verifies_nothing(
    amount: int, other: int, currency: str, language: str
) -> None:
    """A fact carries its own amount only, but for `1.234`, which reads in two ways."""
    assume(other not in {amount, amount * 1000} and amount != other * 1000)
    text = sentence(amount, currency, language)

    assert len(unverified_claims(text, [fact(other, currency)])) == 1


@given(AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_without_a_fact_every_amount_is_a_claim(amount: int, currency: str, language: str) -> None:
    """An amount that nobody stated is found, in every currency and language."""
    assert len(unverified_claims(sentence(amount, currency, language), [])) == 1


@given(AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_the_operators_own_words_state_their_amounts(
    amount: int, currency: str, language: str
) -> None:
    """What the operator answered may be repeated."""
    text = sentence(amount, currency, language)

    assert unverified_claims(text, [said(text)]) == ()


@given(AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_a_quoted_amount_is_the_quoted_persons(amount: int, currency: str, language: str) -> None:
    """What stands behind a quote mark is not claimed by the reply."""
    assert unverified_claims(f"> {sentence(amount, currency, language)}", []) == ()


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(CURRENCIES)), min_size=1, max_size=5))
def test_more_facts_never_make_a_claim(stated: list[tuple[int, str]]) -> None:
    """Verifying is monotone: a further fact can only verify more."""
    text = " ".join(sentence(amount, currency, "en") for amount, currency in stated)
    facts = [fact(amount, currency) for amount, currency in stated]

    left = [len(unverified_claims(text, facts[:count])) for count in range(len(facts) + 1)]

    assert left == sorted(left, reverse=True)
    assert left[-1] == 0


@given(AMOUNTS, st.sampled_from(CURRENCIES))
def test_a_plain_amount_reads_back(amount: int, currency: str) -> None:
    """What the operator writes as `28.50 EUR` is that many minor units."""
    digits = minor_digits(currency)
    whole, part = divmod(amount, 10**digits)
    text = f"{whole}.{part:0{digits}d} {currency}" if digits else f"{whole} {currency}"

    assert parse_money(text) == (amount, currency)

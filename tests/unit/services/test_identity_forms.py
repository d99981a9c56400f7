"""Proves what two spellings of one identity have in common, and what is none."""

import pytest

from aios_defs.services.identity import forms
from aios_defs.services.identity.likeness import BAR, Known, likeness


@pytest.mark.parametrize(
    ("text", "country", "form"),
    [
        ("+49 30 1234567", None, "+49301234567"),
        ("030 / 123 45 67", "DE", "+49301234567"),
        ("tel:+34-912-345-678", None, "+34912345678"),
        ("(212) 555-0123", "US", "+12125550123"),
    ],
)
def test_a_phone_number_has_one_form(text: str, country: str | None, form: str) -> None:
    """However it is written, a number is E.164 by the rules of its country."""
    found = forms.phone(text, country)

    assert found is not None
    assert found.form == form


@pytest.mark.parametrize("text", ["030 1234567", "call me", "", "+49", "1" * 400])
def test_what_can_not_be_dialled_is_no_number(text: str) -> None:
    """Without a country a number without + is none, and neither is another text."""
    assert forms.phone(text, None) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jörg Müller", "Mueller, Joerg"),
        ("Dr. Ana Silva", "SILVA Ana"),
        ("Widgets GmbH", "widgets"),
        ("Prensa S.L.", "Prensa SL"),
        ("Kowal Foods Sp. z o.o.", "Kowal Foods"),
    ],
)
def test_spellings_of_one_name_share_a_form(one: str, other: str) -> None:
    """Order, marks, titles and legal forms make no other name."""
    found = [forms.name(text) for text in (one, other)]

    assert found[0] is not None
    assert found[1] is not None
    assert found[0].form == found[1].form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("https://www.Company.example/shop?x=1", "company.example"),
        ("company.example:8080", "company.example"),
        ("kim@company.example", "company.example"),
    ],
)
def test_a_domain_is_found_in_a_link_or_address(text: str, form: str) -> None:
    """Scheme, www, port and path say nothing of whose it is."""
    found = forms.domain(text)

    assert found is not None
    assert found.form == form


def test_what_is_no_address_or_domain_is_none() -> None:
    """A text with blanks, a formula or a host without a dot is neither."""
    assert [forms.address(one) for one in ("a b@c.example", "=x@y", "a@b", "@")] == [None] * 4
    assert [forms.domain(one) for one in ("localhost", "a b.example", "")] == [None] * 3


def person(name: str, *addresses: str) -> Known:
    return Known(name + "".join(addresses), "person", name, addresses)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ana Silva"), person("Silva, Ana")),
        (person("Jörg Müller"), person("Jorg Muller")),
        (person("Robert Ashford"), person("Bob Ashford")),
        (person("Ana Maria Silva"), person("Ana Silva")),
        (person("A. Stockmann", "stockmann9@a.example"), person("Änne Stöckmann", "x@a.example")),
        (person("Elena Aguirre", "e@gmail.com"), person("Elena Agiurre")),
    ],
)
def test_near_duplicates_are_alike_enough_to_ask(one: Known, other: Known) -> None:
    """Order, marks, short forms, middle names, initials with a shared domain, a typing mistake."""
    assert likeness(one, other).score >= BAR
    assert likeness(other, one) == likeness(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ana Silva", "ana@silva.example"), person("Eva Silva", "eva@silva.example")),
        (person("Ana", "ana@gmail.com"), person("Ana", "ana@outlook.com")),
        (person("Hans Zimmermann"), person("Hans Herrmann")),
        (person("ana@gmail.com", "ana@gmail.com"), person("Ana Silva")),
        (Known("1", "company", "Ana Silva"), person("Ana Silva")),
    ],
)
def test_who_only_looks_alike_is_not_asked_about(one: Known, other: Known) -> None:
    """A family, a bare first name, a common ending, an address for a name, another kind."""
    assert likeness(one, other).score < BAR

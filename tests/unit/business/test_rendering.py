"""Proves that templates are filled from facts only, and that what is missing is named."""

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.decision import Claim
from aios_defs.core.rendering import (
    Filling,
    KnownFact,
    Missing,
    mentions,
    placeholders,
    render,
    value_text,
)

LAMP = KnownFact(
    id="f1", topic="Lamp", predicate="price", value={"amount_minor": 1250, "currency": "EUR"}
)
ROPE = KnownFact(
    id="f2", topic="Rope", predicate="price", value={"amount_minor": 300, "currency": "EUR"}
)
CARE = KnownFact(id="f3", topic="Lamp", predicate="care", value={"text": "wipe it"})


def filling(*topics: str, name: str = "", language: str = "en") -> Filling:
    return Filling(
        plain={"customer.name": name, "operator.signature": "S"},
        facts=(LAMP, ROPE, CARE),
        topics=topics,
        language=language,
    )


def test_a_fact_is_filled_for_the_topic_of_the_message_and_claimed() -> None:
    """The words that state a fact are a claim that cites it."""
    rendered = render("It is {{ fact:price }}.", filling("Lamp"))

    assert rendered.text == "It is €12.50."
    assert rendered.claims == (Claim(text="€12.50", fact_id="f1"),)
    assert rendered.missing == ()


def test_a_topic_may_be_named_in_the_template() -> None:
    """`{{ fact:care:lamp }}` needs no topic in the message, and ignores case."""
    assert render("{{ fact:care:lamp }}", filling()).text == "wipe it"


def test_several_topics_are_listed_by_name() -> None:
    """A message about two things gets both values, each beside its name and each claimed."""
    rendered = render("{{ fact:price }}", filling("Lamp", "Rope"))

    assert rendered.text == "Lamp: €12.50; Rope: €3.00"
    assert [one.fact_id for one in rendered.claims] == ["f1", "f2"]


def test_what_nobody_stated_is_missing_by_predicate_and_topic() -> None:
    """A template that needs an unknown fact says which, once."""
    rendered = render("{{ fact:weight }} {{ fact:weight }}", filling("Lamp"))

    assert rendered.missing == (Missing(predicate="weight", topic="Lamp"),)


def test_a_fact_without_a_topic_in_the_message_is_missing() -> None:
    """No topic, no guess."""
    assert render("{{ fact:price }}", filling()).missing == (
        Missing(predicate="price", topic=None),
    )


def test_the_operators_answer_stands_in_for_a_fact_without_a_claim() -> None:
    """An answer fills the gap; there is no fact to cite yet."""
    answered = filling("Lamp").model_copy(update={"answers": {("weight", "Lamp"): "2 kg"}})

    rendered = render("{{ fact:weight }}", answered)

    assert rendered.text == "2 kg"
    assert rendered.claims == ()


def test_an_empty_name_leaves_no_gap() -> None:
    """`Hello {{ customer.name }},` becomes `Hello,` for a stranger."""
    assert render("Hello {{ customer.name }},", filling()).text == "Hello,"
    assert render("Hello {{ customer.name }},", filling(name="Bo")).text == "Hello Bo,"


def test_a_value_is_never_read_as_a_template() -> None:
    """A placeholder inside a value stays text."""
    rendered = render("{{ customer.name }}", filling(name="{{ operator.signature }}"))

    assert rendered.text == "{{ operator.signature }}"


def test_an_unknown_placeholder_is_missing_not_printed() -> None:
    """A typo in a template stops the reply."""
    rendered = render("{{ fcat:price }}", filling("Lamp"))

    assert rendered.missing
    assert "{{" not in rendered.text


def test_placeholders_tell_kind_and_line() -> None:
    """The check of a template knows each placeholder's place."""
    found = placeholders("a\n{{ fact:price:Big Lamp }}\n{{ nothing }}")

    assert [(one.kind, one.line, one.topic) for one in found] == [
        ("fact", 2, "Big Lamp"),
        ("unknown", 3, None),
    ]


def test_a_mention_is_found_with_its_place_whatever_case_accents_and_plural() -> None:
    """The span gives the customer's own words in the original text."""
    text = "Für zwei TISCHDECKÉN, bitte"

    (found,) = mentions(text, [("cloth", ["Tischdecke"])])

    assert found.topic == "cloth"
    assert text[slice(*found.span)] == "TISCHDECKÉN"


def test_the_longest_mention_wins() -> None:
    """`garden table` is not also a `table`."""
    found = mentions("one garden table", [("table", []), ("outside", ["garden table"])])

    assert [one.topic for one in found] == ["outside"]


def test_a_word_inside_another_is_no_mention() -> None:
    """`cup` is not in `cupboard`."""
    assert mentions("my cupboard", [("cup", [])]) == ()


@given(text=st.text(max_size=200), alias=st.text(max_size=12))
def test_spans_lie_within_the_text(text: str, alias: str) -> None:
    """Whatever the text, a mention's span is a part of it."""
    for found in mentions(f"{text} {alias}", [(alias, ())]):
        start, end = found.span
        assert 0 <= start < end <= len(text) + 1 + len(alias)


@given(template=st.text(alphabet="{} abfact:pricetopic.\n", max_size=80))
def test_any_template_renders_or_names_what_is_missing(template: str) -> None:
    """No template makes the renderer raise, and each claim's words stand in the text."""
    rendered = render(template, filling("Lamp"))

    assert all(claim.text in rendered.text for claim in rendered.claims)


def test_a_value_of_an_unknown_shape_is_empty() -> None:
    """A fact that is neither money nor text fills nothing, so it counts as missing."""
    assert value_text({"amount_minor": "12"}, "en") == ""

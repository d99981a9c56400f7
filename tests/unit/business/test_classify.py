"""Proves that a message finds its category by the operator's examples, or none."""

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.business import Category
from aios_defs.core.classify import classify

PRICE = Category(
    name="price",
    words=("how much", "tarif*"),
    examples=("How much is a lamp?", "What does a table cost?", "Tell me the price of a chair"),
)
HOURS = Category(
    name="hours",
    examples=("When are you open?", "What are your opening hours?", "Until when are you there?"),
)
MINE = Category(
    name="mine", handling="hand_over", words=("interview",), examples=("May we film you?",)
)
ALL = (PRICE, HOURS, MINE)


def test_a_message_like_an_example_is_of_its_category() -> None:
    """Other products and words around it do not matter."""
    found = classify("Good morning,\n\nhow much is a green sofa?\n\nBest\nEm", ALL)

    assert found.category == "price"
    assert 0 < found.confidence <= 1


def test_a_message_like_nothing_known_has_no_category() -> None:
    """To abstain is cheap: the operator is asked."""
    found = classify("My aunt keeps ferrets and sends her regards.", ALL)

    assert found.category is None


def test_a_message_about_two_categories_has_none() -> None:
    """Half an answer would be a wrong one."""
    text = "What does a table cost? Also, what are your opening hours?"

    assert classify(text, ALL).category is None


def test_a_second_question_of_another_kind_makes_it_unclear() -> None:
    """A known question beside a long unknown one is for the operator."""
    text = "How much is a lamp? Could my brother engrave our dog's portrait into the foot?"

    assert classify("How much is a lamp?", ALL).category == "price"
    assert classify(text, ALL).category is None


def test_a_word_of_the_operators_own_category_decides_alone() -> None:
    """What must reach the operator does, whatever else the message says."""
    found = classify("How much is a lamp? And may I interview you?", ALL)

    assert found.category == "mine"


def test_quoted_text_does_not_count() -> None:
    """An earlier mail below the answer does not decide what the answer is about."""
    text = "When are you open?\n\nOn Monday X wrote:\n> How much is a lamp? interview\n"

    assert classify(text, ALL).category == "hours"


def test_a_word_or_two_prove_little() -> None:
    """A subject that shares one word with an example is no question of that kind."""
    category = Category(name="saturday", examples=("Are you open on Saturday?",))

    assert classify("Saturday?", (category,)).category is None


def test_the_language_does_not_matter() -> None:
    """Examples in any script work alike."""
    cyrillic = Category(name="hours", examples=("Когда вы открыты?", "Какие часы работы?"))
    other = Category(name="price", examples=("Сколько это стоит?", "Какая цена за стол?"))

    assert classify("Подскажите, какие часы работы?", (cyrillic, other)).category == "hours"


def test_without_categories_or_examples_nothing_is_known() -> None:
    """An empty catalog classifies nothing, and does not break."""
    assert classify("How much?", ()).category is None
    assert classify("How much?", (Category(name="bare"),)).category is None


@given(text=st.text(max_size=300))
def test_the_answer_is_one_of_the_categories_and_repeats(text: str) -> None:
    """Any text gets a known category or none, and the same each time."""
    first, second = classify(text, ALL), classify(text, ALL)

    assert first == second
    assert first.category in {None, "price", "hours", "mine"}
    assert 0 <= first.confidence <= 1

"""Proves the laws of labels: joining only ever makes stricter, and taint never goes away."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.labels import Label, Level, Trust, lower_trust, stricter_level

LEVELS = (Level.PUBLIC, Level.SHAREABLE, Level.LOCAL)
TRUSTS = (Trust.OPERATOR, Trust.FIRST_PARTY, Trust.THIRD_PARTY)
LABELS = st.builds(
    Label,
    level=st.sampled_from(Level),
    audience=st.lists(st.sampled_from("abcd"), max_size=4, unique=True).map(
        lambda names: tuple(sorted(names))
    ),
    trust=st.sampled_from(Trust),
)


def is_at_least(label: Label, other: Label) -> bool:
    """Tell whether a label is as strict as another one in every way."""
    return (
        LEVELS.index(label.level) >= LEVELS.index(other.level)
        and TRUSTS.index(label.trust) >= TRUSTS.index(other.trust)
        and set(other.audience) <= set(label.audience)
    )


@given(LABELS, LABELS, LABELS)
def test_joining_is_associative(one: Label, two: Label, three: Label) -> None:
    """It does not matter in which order derived values are derived further."""
    assert one.join(two).join(three) == one.join(two.join(three))


@given(LABELS, LABELS)
def test_joining_is_commutative(one: Label, two: Label) -> None:
    """It does not matter which value was read first."""
    assert one.join(two) == two.join(one)


@given(LABELS)
def test_joining_is_idempotent(one: Label) -> None:
    """Reading the same value twice changes nothing."""
    assert one.join(one) == one


@given(LABELS, LABELS)
def test_joining_is_monotone(one: Label, two: Label) -> None:
    """What derives from a value is at least as strict as the value."""
    assert is_at_least(one.join(two), one)
    assert is_at_least(one.join(two), two)


@given(LABELS)
def test_a_public_word_of_the_operator_joins_to_the_other(one: Label) -> None:
    """There is a neutral label: it adds no strictness."""
    neutral = Label(level=Level.PUBLIC, trust=Trust.OPERATOR)

    assert neutral.join(one) == one


@given(st.lists(LABELS, min_size=1, max_size=8))
def test_taint_never_goes_away(labels: list[Label]) -> None:
    """Whatever is joined to it and how often, what derives from outside stays tainted."""
    joined = reduce(Label.join, labels)

    assert joined.is_tainted == any(one.is_tainted for one in labels)


@given(st.lists(st.sampled_from(Level)), st.lists(st.sampled_from(Trust)))
def test_the_strictest_of_many_is_the_fold_of_two(levels: list[Level], trusts: list[Trust]) -> None:
    """Taking many at once and one after the other is the same; of none, nothing is demanded."""
    assert stricter_level(*levels) == reduce(stricter_level, levels, Level.PUBLIC)
    assert lower_trust(*trusts) == reduce(lower_trust, trusts, Trust.OPERATOR)


def test_an_unlabelled_value_is_the_strictest() -> None:
    """Whoever forgets a label forgets on the safe side."""
    assert Label().level is Level.LOCAL
    assert Label().is_tainted

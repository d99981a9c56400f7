"""Proves that charts draw what their numbers say, within their box, and name every value."""

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.console.charts import HEIGHT, Series, chart, nice_top

values = st.lists(
    st.one_of(st.none(), st.floats(min_value=0, max_value=1e12)), min_size=1, max_size=40
)


@given(values)
def test_every_bar_lies_in_the_picture_and_every_value_in_the_table(
    numbers: list[float | None],
) -> None:
    """Bars never leave the box; the table has one row a moment with each of its values."""
    moments = [f"m{slot}" for slot in range(len(numbers))]

    drawn = chart("T", moments, [Series(name="n", values=tuple(numbers))], unit="u")

    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= HEIGHT + 0.01
        assert -0.01 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.01
    assert [row[0] for row in drawn.rows] == moments
    assert drawn.is_empty == (not any(numbers))
    assert len(drawn.marks) <= 5


@given(st.floats(min_value=1e-3, max_value=1e15))
def test_the_axis_reaches_above_the_highest_value_but_not_far(highest: float) -> None:
    """The top of an axis is at least the highest value, and at most a few times it (or 2)."""
    top = nice_top(highest)

    assert top >= highest
    assert top <= max(2.0, highest * 3)


def test_a_line_is_broken_where_nothing_was_counted() -> None:
    """A gap lifts the pen; steps that follow one another are joined."""
    line = Series(name="n", values=(2.0, None, 1.0, 2.0), is_line=True)

    (path,) = chart("T", list("abcd"), [line], unit="u").paths

    assert path.d == "M0.000 0.0H25.000M50.000 50.0H75.000V0.0H100.000"


def test_series_stand_beside_one_another_in_their_slot() -> None:
    """Two series of one moment share its slot and do not overlap."""
    series = [Series(name=name, values=(4.0,)) for name in ("a", "b")]

    first, second = chart("T", ["m"], series, unit="u").bars

    assert first.x + first.width <= second.x
    assert first.words == "m: 4 a"

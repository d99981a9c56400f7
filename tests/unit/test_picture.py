"""Proves that the picture of a trace fits a phone and that no line runs through a foreign mark."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.console.picture import WIDTH, draw

BRANCHES = ("", "one", "two", "three", "facts")


def step(number: int, branch: str, after: list[str]) -> dict[str, Any]:
    return {
        "id": str(number),
        "kind": "fact" if branch == "facts" else "action",
        "title": "A title that is long enough to be cut somewhere along its way",
        "state": "waits",
        "quote": None,
        "branch": branch,
        "after": after,
        "replaced_by": None,
    }


@st.composite
def stories(draw_one: st.DrawFn) -> list[dict[str, Any]]:
    chosen = draw_one(st.lists(st.sampled_from(BRANCHES), min_size=1, max_size=14))
    found: list[dict[str, Any]] = []
    last: dict[str, str] = {}
    for number, branch in enumerate(chosen):
        before = last.get(branch) or last.get("")
        found.append(step(number, branch, [before] if before else []))
        last[branch] = str(number)
    return found


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_step_is_drawn_below_the_one_before(story: list[dict[str, Any]]) -> None:
    """Each step has its own row, from top to bottom, within the width of a phone."""
    picture = draw(story)

    rows = [spot.y for spot in picture.spots]
    assert [spot.step["id"] for spot in picture.spots] == [one["id"] for one in story]
    assert rows == sorted(set(rows))
    assert all(spot.x < picture.text_x < WIDTH for spot in picture.spots)
    assert all(max(rows) < picture.height for _ in rows)


@settings(max_examples=60, deadline=None)
@given(stories())
def test_two_branches_at_once_have_two_rails(story: list[dict[str, Any]]) -> None:
    """While a branch lasts, no step of another stands on its rail."""
    picture = draw(story)

    for branch in {one["branch"] for one in story}:
        own = [spot for spot in picture.spots if spot.step["branch"] == branch]
        between = [
            spot
            for spot in picture.spots
            if own[0].y <= spot.y <= own[-1].y and spot.step["branch"] != branch
        ]
        assert own[0].x not in {spot.x for spot in between}


def test_a_long_title_is_cut_to_its_place() -> None:
    """What does not fit ends in an ellipsis; the list beside has it whole."""
    (spot,) = draw([step(0, "", [])]).spots

    assert spot.title.endswith("…")

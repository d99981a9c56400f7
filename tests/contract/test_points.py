"""Proves what both kinds of points promise."""

import pytest

from resources.points import NoPoints
from resources.testing.recording_points import RecordingPoints


def test_the_product_passes_every_point_by() -> None:
    """Reaching a point changes nothing and keeps nothing."""
    points = NoPoints()

    points.reached("commit.started")

    assert vars(points) == {}


def test_tests_see_each_point_in_order() -> None:
    """Points are kept as they were reached, repetitions too."""
    points = RecordingPoints()

    for point in ("one", "two", "one"):
        points.reached(point)

    assert points.reached_points == ["one", "two", "one"]


def test_a_test_may_end_the_work_at_a_point() -> None:
    """What the reaction raises reaches the caller, after the point was kept."""

    def react(point: str) -> None:
        if point == "two":
            raise KeyboardInterrupt

    points = RecordingPoints(react)
    points.reached("one")

    with pytest.raises(KeyboardInterrupt):
        points.reached("two")

    assert points.reached_points == ["one", "two"]

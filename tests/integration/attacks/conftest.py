"""Owns the fixture of the attacks: a guarded console over the tiny business."""

import pytest

from tests.integration.attacks.kit import Stage
from tests.integration.desk import Desk


@pytest.fixture
def stage(desk: Desk) -> Stage:
    """The console behind its guard, nobody logged in."""
    return Stage(desk)

"""Owns the fixture of the console's tests: the pages over a tiny business."""

import pytest

from tests.integration.console.kit import Console
from tests.integration.desk import Desk


@pytest.fixture
def console(desk: Desk) -> Console:
    """The console over the tiny business of `desk`, logged in."""
    return Console(desk)

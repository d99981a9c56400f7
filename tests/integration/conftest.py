"""Owns the fixtures of the integration tests: a home with a tiny business, ready to work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.desk import Desk
from tests.integration.outside import Outside


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A home whose rule answers known people in their threads at once."""
    one = Desk(tmp_path).begin()
    yield one
    one.home.ledger.close()


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Outside]:
    """Opens a home whose connector is a fake of a strategy that plays the given faults."""
    outside = Outside(tmp_path)
    yield outside
    for desk in outside.opened:
        desk.home.ledger.close()

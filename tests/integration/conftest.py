"""Owns the fixtures of the integration tests: a home with a tiny business, ready to work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A home whose rule answers known people in their threads at once."""
    one = Desk(tmp_path).begin()
    yield one
    one.home.ledger.close()

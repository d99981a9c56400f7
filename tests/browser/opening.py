"""Owns the fixtures that open a browser and a site, for every folder whose tests look at pages.

Each module starts a browser of its own: playwright keeps an event loop in the thread that started
it, which no test outside may find running.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import MISSING, find_chromium, launched
from tests.browser.site import Site, opened_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    if find_chromium() is None:
        pytest.skip(MISSING)
    with launched() as one:
        yield one


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The console over a tiny business in which everything is asked."""
    with opened_site(tmp_path / "home") as one:
        yield one

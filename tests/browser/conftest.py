"""Owns the fixtures of the browser tests: a browser, a site, and visitors who leave no trouble."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.opening import browser, site
from tests.browser.site import Site
from tests.browser.visitor import Visitor, arrive

__all__ = ["browser", "site"]

Visit = Callable[..., Visitor]
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember on the test whether it failed, for the picture that its visitors then leave."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture
def visit(
    browser: Browser, site: Site, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Visit]:
    """Return visitors who are logged in; at the end none may have met an error nobody expected."""
    visitors: list[Visitor] = []

    def come(*, is_known: bool = True, **how: object) -> Visitor:
        one = arrive(browser, site.origin, **how)  # type: ignore[arg-type] # handed on
        visitors.append(one)
        if is_known:
            site.admit(one)
        return one

    yield come
    for number, one in enumerate(visitors):
        if request.node.stash.get(_FAILED, False):
            one.picture(tmp_path / f"failed-{number}.png")
        one.leave()
    assert [trouble for one in visitors for trouble in one.unexpected()] == []

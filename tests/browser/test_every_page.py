"""Proves of every page that it fits, that anyone can read it, and that it leads on when empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import scenes
from tests.browser.devices import DESKTOP, PHONE, SCHEMES, TABLET, Device, Scheme
from tests.browser.pages import AREAS, pages
from tests.browser.site import Site, opened_site
from tests.browser.visitor import Visitor, arrive

MOST_BYTES = 100_000
LOOKS: tuple[tuple[Device, Scheme], ...] = (
    (PHONE, "light"),
    (PHONE, "dark"),
    (TABLET, "light"),
    (DESKTOP, "dark"),
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with every kind of card, and the longest content."""
    yield from _site(tmp_path_factory.mktemp("busy"), is_busy=True)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site to which nothing has come yet."""
    yield from _site(tmp_path_factory.mktemp("empty"), is_busy=False)


def _site(folder: Path, *, is_busy: bool) -> Iterator[Site]:
    with opened_site(folder / "home") as one:
        if is_busy:
            scenes.busy(one.desk)
        yield one


def flaws(visitor: Visitor, site: Site) -> Iterator[str]:
    """Yield what is wrong with each page, by its name."""
    visitor.allow("status of 404")
    for name, path in pages(site.kernel).items():
        visitor.open(path)
        size = len(visitor.page.content().encode())
        yield from (f"{name}: {one}" for one in visitor.barriers())
        if visitor.overhang():
            yield f"{name}: {visitor.overhang()} px too wide"
        if size > MOST_BYTES:
            yield f"{name}: {size} bytes"
    yield from visitor.unexpected()


def look(browser: Browser, site: Site, device: Device, scheme: Scheme) -> list[str]:
    """Return the flaws of all pages of a site."""
    visitor = arrive(browser, site.origin, device=device, scheme=scheme)
    site.admit(visitor)
    try:
        return list(flaws(visitor, site))
    finally:
        visitor.leave()


@pytest.mark.slow
@pytest.mark.parametrize(("device", "scheme"), LOOKS, ids=lambda one: getattr(one, "name", one))
def test_every_page_holds_the_longest_content(
    browser: Browser, busy: Site, device: Device, scheme: Scheme
) -> None:
    """No barrier, nothing sideways, no error and no heavy page, whatever is on it."""
    found = look(browser, busy, device, scheme)

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_holds_nothing_at_all(browser: Browser, empty: Site, scheme: Scheme) -> None:
    """A page without content has no barrier and no error either."""
    found = look(browser, empty, PHONE, scheme)

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("area", AREAS)
def test_an_empty_page_leads_on(browser: Browser, empty: Site, area: str) -> None:
    """Each area says in words what it is for, and has a heading of its own."""
    visitor = arrive(browser, empty.origin, has_scripts=False)
    empty.admit(visitor)

    visitor.open(f"/{area}")
    heading = visitor.page.locator("main h1").first.inner_text()
    words = visitor.page.locator("main").inner_text().split()
    visitor.leave()

    assert heading.strip()
    assert len(words) > 5
    assert visitor.unexpected() == []

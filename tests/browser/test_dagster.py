"""Proves in a real browser that Dagster's pages are one click away, and tell the same story."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from aios_defs.services.sessions import make_link
from aios_defs.settings.environment import load_settings
from resources.home import open_home
from tests.browser.visitor import Visitor, arrive
from tests.e2e.up_kit import Up
from tests.servers.database import home_environment

pytestmark = pytest.mark.slow

_WEEKLY = "/assets/weekly_ticket_analysis"
_READY_MS = 120_000
_LOOKS = 30
"""How often to look again while what happened is mirrored."""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The demo at work, with all its processes."""
    one = Up(tmp_path_factory.mktemp("up") / "home").start()
    try:
        one.event("dagster")
        yield one
    finally:
        one.clean()


@pytest.fixture
def visitor(browser: Browser, up: Up, tmp_path: Path) -> Iterator[Visitor]:
    """Someone who came in by a link."""
    home = open_home(load_settings({"AIOS_HOME": str(up.home)}))
    link = f"/login?token={make_link(home.kernel)}"
    home.ledger.close()
    one = arrive(browser, f"http://127.0.0.1:{up.port}")
    one.open(link)
    one.page.wait_for_url("**/inbox*")
    yield one
    one.picture(tmp_path / "last-seen.png")
    one.leave()


def enter(visitor: Visitor, up: Up) -> Page:
    """Go into Dagster's pages as the operator does."""
    visitor.act(re.compile("Dagster"), role="link")
    visitor.page.wait_for_url(f"http://127.0.0.1:{up.port + 1}/**")
    return visitor.page


def at(up: Up, path: str) -> str:
    """Return an address of Dagster's origin."""
    return f"http://127.0.0.1:{up.port + 1}{path}"


def test_into_dagster_and_back(visitor: Visitor, up: Up) -> None:
    """The navigation leads into Dagster's own origin; going back needs no new login."""
    page = enter(visitor, up)
    expect(page.get_by_role("link", name="Catalog").first).to_be_visible()

    page.go_back()
    visitor.open("/inbox")

    expect(page.get_by_role("heading", name="Inbox", exact=True)).to_be_visible()


def test_assets_say_what_they_are_and_where_they_come_from(visitor: Visitor, up: Up) -> None:
    """An asset has a description in the words of the business, owners, and its lineage."""
    page = enter(visitor, up)

    page.goto(at(up, _WEEKLY))

    for words in ("How each week went", "Upstream assets", "outcomes", "operator"):
        expect(page.get_by_text(words).first).to_be_visible()


def test_the_weekly_analysis_is_backfilled_from_dagster(visitor: Visitor, up: Up) -> None:
    """All weeks are built in one run that was started by two clicks."""
    page = enter(visitor, up)
    page.goto(at(up, _WEEKLY))
    page.get_by_role("button", name=re.compile("Materialize…")).click()
    expect(page.locator("button", has_text=re.compile("^(All|Confirm)$")).first).to_be_visible()
    confirm = page.get_by_role("button", name="Confirm")  # asked while nothing is upstream yet
    if confirm.count():
        confirm.click()
    page.locator("button", has_text=re.compile("^All$")).click()

    page.get_by_role("button", name="Launch backfill").click()

    page.goto(at(up, _WEEKLY))
    gone = page.get_by_text("Never materialized")
    expect(gone).to_have_count(0, timeout=_READY_MS)


def test_an_outcome_leads_back_to_its_message(visitor: Visitor, up: Up) -> None:
    """What Dagster shows of an outcome links to its trace, which leads on to the message."""
    page = enter(visitor, up)
    page.goto(at(up, "/assets/outcomes?view=events"))
    link = page.locator("a[href*='/trace/']")

    for _ in range(_LOOKS):
        if link.count():
            break
        page.reload()
        page.wait_for_timeout(3000)
    with page.context.expect_page() as opened:
        link.first.click()
    shown = opened.value
    shown.wait_for_url("**/trace/*")

    expect(shown.get_by_role("heading", name="What led to what")).to_be_visible()
    shown.get_by_role("link", name=re.compile("^Message")).first.click()
    shown.wait_for_url("**/messages/*")


def test_without_a_ticket_dagster_shows_nothing(browser: Browser, up: Up, tmp_path: Path) -> None:
    """A browser that did not come from the console sees no page of Dagster's."""
    stranger = arrive(browser, at(up, ""))

    stranger.open(_WEEKLY)

    assert not stranger.sees("How each week went")
    stranger.picture(tmp_path / "stranger.png")
    stranger.leave()


def build_facts(page: Page, up: Up, *, until: str) -> None:
    """Materialise the facts with a click, and open their suite once it says what is awaited."""
    page.goto(at(up, "/assets/facts"))
    page.get_by_role("button", name=re.compile("Materialize")).first.click()
    launched = page.get_by_text(re.compile("Launched run|View run"))
    confirm = page.get_by_role("button", name="Confirm")  # asked while nothing is upstream yet
    expect(launched.or_(confirm).first).to_be_visible()
    if confirm.count():
        confirm.click()
        expect(launched.first).to_be_visible()
    told = page.locator("span, div", has_text=re.compile(f"^{until}$"))
    for _ in range(_LOOKS):
        page.goto(at(up, "/assets/facts?view=checks&checkDetail=expectations"))
        expect(page.get_by_text("expectations", exact=True).first).to_be_visible()
        page.wait_for_timeout(3000)
        if told.count():
            return
    raise AssertionError(page.locator("body").inner_text())


def test_a_bad_build_is_seen_among_the_checks_of_its_asset(
    visitor: Visitor, up: Up, tmp_path: Path
) -> None:
    """Great Expectations' suite passes; a planted row fails it, and leads to the fact it is of."""
    page = enter(visitor, up)
    build_facts(page, up, until="Passed")
    page.screenshot(path=tmp_path / "passed.png")
    home = open_home(load_settings(home_environment(up.home)))
    with home.ledger._engine.begin() as connection:
        connection.execute(text("UPDATE facts SET confidence = 7.5"))
    home.ledger.close()

    build_facts(page, up, until="Failed")
    page.screenshot(path=tmp_path / "failed.png")
    expect(page.get_by_text("confidence is between 0 and 1").first).to_be_visible()
    with page.context.expect_page() as opened:
        page.locator("a[href*='/quality/facts']").first.click()
    shown = opened.value
    shown.wait_for_url("**/quality/facts")
    shown.screenshot(path=tmp_path / "rows.png")
    shown.get_by_role("link", name="Fact", exact=True).first.click()
    shown.wait_for_url("**/facts/*")

    visitor.open("/inbox?kind=notice")
    card = page.get_by_role("link", name=re.compile("A build of facts fails"))
    card.first.click()
    expect(page.get_by_text("aios memory quality facts").first).to_be_visible()
    page.screenshot(path=tmp_path / "card.png")
    page.get_by_role("link", name="See the rows").click()
    page.wait_for_url("**/quality/facts")

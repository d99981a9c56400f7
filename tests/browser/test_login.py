"""Proves in a real browser that a link lets its operator in, once, and that nothing else does."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.devices import DEVICES, Device
from tests.browser.site import Site


@pytest.mark.parametrize("device", DEVICES, ids=lambda one: one.name)
def test_a_link_lets_in(visit: Visit, site: Site, device: Device) -> None:
    """Where scripts run, opening the link is enough."""
    visitor = visit(is_known=False, device=device)

    visitor.open(site.link())

    expect(visitor.page.get_by_role("heading", name="Inbox")).to_be_visible()
    assert visitor.path == "/inbox"


def test_without_scripts_a_button_lets_in(visit: Visit, site: Site) -> None:
    """Opening the link changes nothing; its button logs in."""
    visitor = visit(is_known=False, has_scripts=False)
    visitor.open(site.link())

    visitor.act("Log in")

    expect(visitor.page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_a_used_link_lets_nobody_in(visit: Visit, site: Site) -> None:
    """The second browser is told that the link is no good, and how to get another."""
    link = site.link()
    visit(is_known=False).open(link)
    late = visit(is_known=False)
    late.allow("status of 401")

    late.open(link)

    expect(late.page.get_by_role("alert")).to_contain_text("aios login")
    assert late.barriers() == []


def test_without_a_session_every_page_leads_to_the_login(visit: Visit) -> None:
    """A stranger sees the login, and nothing of what waits."""
    stranger = visit(is_known=False)

    stranger.open("/activity")

    expect(stranger.page.get_by_role("heading", name="Log in to AIOS")).to_be_visible()
    assert stranger.path.startswith("/login")

"""Proves in a real browser what every page has in common: the frame, its policy, its live parts."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.devices import DEVICES, SCHEMES, Device, Scheme
from tests.browser.site import Site
from tests.integration.desk import Mail


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("device", DEVICES, ids=lambda one: one.name)
def test_an_unknown_page_fits_and_can_be_read_by_anyone(
    visit: Visit, device: Device, scheme: Scheme
) -> None:
    """The page of an error fits every width and has no barrier in either scheme."""
    visitor = visit(device=device, scheme=scheme)
    visitor.allow("status of 404")

    visitor.open("/nowhere")

    assert visitor.sees("There is no such page.")
    assert visitor.overhang() == 0
    assert visitor.barriers() == []


def test_a_page_says_when_it_is_cut_off(visit: Visit, site: Site) -> None:
    """When the server goes, a band says that what is seen may be old, and the page stays."""
    visitor = visit()
    visitor.allow("status of 404|ERR_")
    visitor.open("/nowhere")
    band = visitor.page.get_by_text("Not connected.")
    expect(band).to_be_hidden()

    site.go()

    expect(band).to_be_visible()
    assert visitor.sees("There is no such page.")


def test_what_another_process_does_is_counted_without_a_reload(visit: Visit, site: Site) -> None:
    """A card that some other process made appears in the navigation's count by itself."""
    visitor = visit()
    visitor.allow("status of 404")
    visitor.open("/nowhere")
    count = visitor.page.locator("[data-live=total]")
    expect(count).to_be_hidden()

    site.desk.receive(Mail(text="How much is the blue widget?"))

    expect(count).to_have_text("1")

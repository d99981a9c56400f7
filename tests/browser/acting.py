"""Owns how a visitor acts in tests: by touch, mouse or keys, and until what is settled."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.site import Site
from tests.browser.visitor import Visitor

HANDS = {
    "touch": {"device": PHONE},
    "mouse": {"device": DESKTOP},
    "keys": {"device": DESKTOP, "has_keys_only": True},
}
by_every_hand = pytest.mark.parametrize("hand", HANDS)


def choose(visitor: Visitor, card: str) -> None:
    """Open a card from the list."""
    visitor.open("/inbox")
    line = visitor.page.locator(f'a.line[href^="/inbox/{card}"]')
    if visitor.has_keys_only:
        for _ in range(10):
            visitor.page.keyboard.press("j")
            if line.evaluate("one => one === document.activeElement"):
                break
        visitor.page.keyboard.press("Enter")
    elif visitor.device.is_touched:
        line.tap()
    else:
        line.click()
    visitor.page.wait_for_url(f"**/inbox/{card}*")


def action(site: Site, card: str) -> ActionRow:
    """Return an action as it stands."""
    with site.kernel.ledger.view() as view:
        row = view.get(ActionRow, card)
    assert row is not None
    return row


def settled(site: Site, visitor: Visitor, card: str, state: ActionState) -> ActionRow:
    """Wait until an action has reached a state."""
    for _ in range(200):
        if action(site, card).state is state:
            break
        visitor.page.wait_for_timeout(50)
    row = action(site, card)
    assert row.state is state
    return row

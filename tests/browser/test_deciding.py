"""Proves in a real browser that decisions are made and undone: by touch, mouse and keys."""

import re

from playwright.sync_api import expect

from aios_defs.core.actions import ActionState
from aios_defs.core.events.actions import ApprovalRejected
from tests.browser.acting import HANDS, by_every_hand, choose, settled
from tests.browser.conftest import Visit
from tests.browser.scenes import asked, failed
from tests.browser.site import WINDOW, Site
from tests.integration.desk import KIM


@by_every_hand
def test_a_preview_tells_what_would_happen_and_why(visit: Visit, site: Site, hand: str) -> None:
    """The card shows the exact text, whom it reaches, why one is asked, and what it rests on."""
    (card, *_) = asked(site.desk, 3)
    visitor = visit(**HANDS[hand])

    choose(visitor, card)

    for words in (KIM, "blue widget costs €40.00.", "look-first", "I need 1.", "price"):
        assert visitor.sees(words), words
    expect(visitor.page.get_by_role("button", name="Approve")).to_be_in_viewport()


@by_every_hand
def test_an_approval_is_undone_within_its_window(visit: Visit, site: Site, hand: str) -> None:
    """After undo nothing has left, and the card waits again."""
    (card,) = asked(site.desk)
    visitor = visit(**HANDS[hand])
    choose(visitor, card)
    visitor.act("Approve", key="a")
    expect(visitor.page.get_by_text(re.compile(r"Leaves in \d+ s"))).to_be_visible()

    visitor.act("Undo", key="u")

    settled(site, visitor, card, ActionState.AWAITING_APPROVAL)
    expect(visitor.page.get_by_role("button", name="Undo")).to_have_count(0)
    site.pass_time(seconds=WINDOW + 1)
    assert site.desk.sent() == []


@by_every_hand
def test_what_was_approved_leaves_when_its_window_ends(visit: Visit, site: Site, hand: str) -> None:
    """The reply leaves by itself, once, and the page says so without being loaded anew."""
    (card,) = asked(site.desk)
    visitor = visit(**HANDS[hand])
    choose(visitor, card)
    visitor.act("Approve", key="a")
    expect(visitor.page.get_by_role("button", name="Undo")).to_be_visible()

    site.pass_time(seconds=WINDOW + 1)

    settled(site, visitor, card, ActionState.COMMITTED)
    expect(visitor.page.get_by_role("button", name="Undo")).to_have_count(0)
    assert [str(one["To"]) for one in site.desk.sent()] == [KIM]


def test_an_undo_that_comes_too_late_says_so(visit: Visit, site: Site) -> None:
    """Someone whose page still shows the button learns that the window is over."""
    (card,) = asked(site.desk)
    visitor = visit(has_scripts=False)
    visitor.allow("status of 409")
    choose(visitor, card)
    visitor.act("Approve")
    site.pass_time(seconds=WINDOW + 1)
    settled(site, visitor, card, ActionState.COMMITTED)

    visitor.act("Undo")

    expect(visitor.page.get_by_role("alert")).to_contain_text("no window to undo it in")
    assert len(site.desk.sent()) == 1


@by_every_hand
def test_an_edit_is_approved_as_one_act(visit: Visit, site: Site, hand: str) -> None:
    """What leaves is the edited text, and the decision before the edit is replaced."""
    (card,) = asked(site.desk)
    visitor = visit(**HANDS[hand])
    choose(visitor, card)
    visitor.act(re.compile("^Edit"), role="link", key="e")
    visitor.write("body", "Hello Kim,\n\nblue widget costs €40.00, postage included.\n")

    visitor.act(re.compile("Approve"))

    settled(site, visitor, card, ActionState.SUPERSEDED)
    site.pass_time(seconds=WINDOW + 1)
    settled(site, visitor, site.desk.action().id, ActionState.COMMITTED)
    assert "postage included" in site.desk.sent()[0].get_content()


@by_every_hand
def test_a_rejection_keeps_its_reason(visit: Visit, site: Site, hand: str) -> None:
    """One act for the common reason; nothing leaves."""
    (card,) = asked(site.desk)
    visitor = visit(**HANDS[hand])
    choose(visitor, card)
    visitor.unfold("Reject", key="r")

    visitor.act("Wrong facts")

    settled(site, visitor, card, ActionState.REJECTED)
    (event,) = site.desk.events("approval.rejected")
    reason = ApprovalRejected.model_validate(event.data).reason
    assert reason is not None
    assert site.kernel.vault.open(reason) == "Wrong facts"
    assert site.desk.sent() == []


@by_every_hand
def test_five_are_approved_at_once(visit: Visit, site: Site, hand: str) -> None:
    """Five that are alike get five approvals by one act, and five replies leave."""
    cards = asked(site.desk, 5)
    visitor = visit(**HANDS[hand])
    visitor.open("/inbox")
    if visitor.page.get_by_role("link", name="Answer several at once").count():
        visitor.act(re.compile("Answer several at once"), role="link")
    for box in visitor.page.locator("input[name=item]").all():
        visitor.tick(box)

    visitor.act(re.compile("^Approve (ticked|5)"))

    expect(visitor.page.locator("main")).to_contain_text("5")
    for card in cards:
        settled(site, visitor, card, ActionState.SCHEDULED)
    site.pass_time(seconds=WINDOW + 1)
    for card in cards:
        settled(site, visitor, card, ActionState.COMMITTED)
    assert len(site.desk.events("approval.granted")) == 5
    assert len(site.desk.sent()) == 5


@by_every_hand
def test_a_failure_is_tried_again_from_its_card(visit: Visit, site: Site, hand: str) -> None:
    """The card shows what was expected beside what was seen, and its button sends after all."""
    card = failed(site.desk)
    visitor = visit(**HANDS[hand])
    choose(visitor, card)
    for words in ("Expected", "Observed"):
        expect(visitor.page.get_by_role("heading", name=words)).to_be_visible()

    visitor.act(re.compile("again|Retry", re.IGNORECASE))

    settled(site, visitor, card, ActionState.COMMITTED)
    assert len(site.desk.sent()) == 1

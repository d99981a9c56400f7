"""Proves in a real browser that what is known can be followed, corrected, and seen to change."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from tests.browser.acting import HANDS, action, by_every_hand, choose, settled
from tests.browser.conftest import Visit
from tests.browser.scenes import asked, waiting
from tests.browser.site import Site
from tests.integration.desk import Mail


@by_every_hand
def test_a_corrected_fact_takes_the_reply_with_it(visit: Visit, site: Site, hand: str) -> None:
    """From the claim to the fact; corrected, the reply that cites it is replaced by a new one."""
    (card,) = asked(site.desk)
    visitor = visit(**HANDS[hand])
    choose(visitor, card)
    visitor.act(re.compile("blue widget: price"), role="link")
    visitor.write("Correct it", "45.00 EUR")

    visitor.act("Correct")

    settled(site, visitor, card, ActionState.SUPERSEDED)
    for _ in range(100):
        if waiting(site.desk):
            break
        visitor.page.wait_for_timeout(50)
    (renewed,) = waiting(site.desk)
    choose(visitor, renewed.id)
    assert visitor.sees("€45.00")
    with site.kernel.ledger.view() as view:
        states = {one.state for one in view.select(FactRow, topic="blue widget")}
    assert states == {"asserted", "superseded"}


@by_every_hand
def test_an_effect_is_followed_back_to_its_message(visit: Visit, site: Site, hand: str) -> None:
    """The picture names every step from the message to the effect; each leads to its thing."""
    (card,) = asked(site.desk)
    approve(site.kernel, card, window=0)
    commit_action(site.kernel, card)
    visitor = visit(**HANDS[hand])
    visitor.open(f"/inbox/{card}")
    visitor.act("trace", role="link")

    picture = visitor.page.get_by_role("group", name="The trace as a picture")

    expect(picture).to_be_visible()
    for words in ("Message", "Context", "decided", "Policy says", "approval", "Effect"):
        expect(picture).to_contain_text(re.compile(words, re.IGNORECASE))
    visitor.act(re.compile("^Message"), role="link")
    visitor.page.wait_for_url("**/messages/*")
    assert visitor.sees("How much is the blue widget? I need 1.")


def test_what_another_process_brings_appears_by_itself(visit: Visit, site: Site) -> None:
    """A card that another process made stands in the list without a reload; focus stays."""
    visitor = visit()
    visitor.open("/inbox")
    search = visitor.page.get_by_role("searchbox")
    search.focus()

    site.desk.deliver(Mail(text="How much is the blue widget?", subject="From afar"))
    command = ["env", f"AIOS_HOME={site.desk.path}", sys.executable, "-m", "aios_defs.cli.main"]
    subprocess.run([*command, "run", "support"], check=True, capture_output=True)

    expect(visitor.page.get_by_role("link", name=re.compile("From afar"))).to_be_visible()
    expect(search).to_be_focused()


@pytest.mark.parametrize("answer", ["Approve", "Reject"])
def test_everything_is_decided_without_scripts(visit: Visit, site: Site, answer: str) -> None:
    """Read, approve, undo, reject: plain forms do."""
    (card,) = asked(site.desk)
    visitor = visit(has_scripts=False)
    choose(visitor, card)
    assert visitor.sees("blue widget costs €40.00.")
    visitor.act("Approve")
    settled(site, visitor, card, ActionState.SCHEDULED)
    visitor.act("Undo")
    settled(site, visitor, card, ActionState.AWAITING_APPROVAL)
    choose(visitor, card)

    if answer == "Reject":
        visitor.unfold("Reject")
        visitor.act("Not needed")
    else:
        visitor.act("Approve")

    ended = {"Approve": ActionState.SCHEDULED, "Reject": ActionState.REJECTED}[answer]
    settled(site, visitor, card, ended)
    assert action(site, card).state is ended

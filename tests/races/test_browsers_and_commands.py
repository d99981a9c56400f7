"""Proves that browsers and commands that decide the same card at once lead to one decision."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.devices import DESKTOP, PHONE
from tests.browser.scenes import asked
from tests.browser.site import Site
from tests.browser.visitor import Visitor, arrive

ROUNDS = 20
STEP_MS = 90
"""By how much later the browsers go in each round: a command needs a while to begin."""
_CLEAR = re.compile(r"can't be decided: it is|(Rejected|Scheduled|Approved): .+, by ")
_SEND = "name => document.querySelector(`form[action$='/${name}']`)?.requestSubmit()"


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator[dict[str, Visitor]]:
    """One who approves on a desktop, one who rejects on a phone."""
    found = {
        "approve": arrive(browser, site.origin, device=DESKTOP),
        "reject": arrive(browser, site.origin, device=PHONE),
    }
    for one in found.values():
        site.admit(one)
    yield found
    for one in found.values():
        one.leave()


def command(site: Site, act: str, card: str) -> subprocess.Popen[str]:
    """Start a command that decides a card."""
    return subprocess.Popen(
        [sys.executable, "-m", "aios_defs.cli.main", act, card, "--json"],
        env={**os.environ, "AIOS_HOME": str(site.desk.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def race(site: Site, people: dict[str, Visitor], card: str, pause_ms: int) -> Iterator[str]:
    """Let two browsers and a command go for a card; yields what each loser reads."""
    for one in people.values():
        one.open(f"/inbox/{card}")
    running = command(site, "reject", card)
    people["approve"].page.wait_for_timeout(pause_ms)
    for act, one in people.items():
        one.page.evaluate(_SEND, act)
    said, _ = running.communicate(timeout=60)
    if running.returncode:
        yield said
    for one in people.values():
        one.page.wait_for_load_state("load")
        one.open(f"/inbox/{card}")
        yield one.page.locator("article.detail").inner_text()


@pytest.mark.slow
@pytest.mark.timeout(900)  # many rounds, slow where much else runs
def test_browsers_and_commands_decide_once(site: Site, people: dict[str, Visitor]) -> None:
    """In 20 rounds each card is decided once, and everyone reads what became of it."""
    cards = asked(site.desk, ROUNDS)

    for number, card in enumerate(cards):
        for words in race(site, people, card, number % 10 * STEP_MS):
            assert _CLEAR.search(words), words

    decided = Counter(
        str(one.data["action_id"])
        for one in site.desk.events("approval.granted", "approval.rejected")
    )
    assert decided == dict.fromkeys(cards, 1)

"""Proves that a kill at any named point doubles nothing and loses nothing."""

import pytest

from tests.crash.campaign import FAILING, VERIFY_ONLY, loop_points
from tests.crash.conftest import KILLS, Campaign
from tests.crash.declared import FAKES, declared_points
from tests.crash.expectations import assert_effectively_once
from tests.crash.named import EACH
from tests.crash.shares import owed

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_kills_on_maildir(campaign: Campaign) -> None:
    """Killed at every point of services and mail connector, each letter goes out exactly once."""
    points = loop_points()

    tally = campaign.run("maildir")

    assert_effectively_once(tally)
    assert {point: tally.kills[point] for point in points if tally.kills[point] < EACH} == {}
    assert tally.killed >= owed("maildir", KILLS)


def test_maildir_parks_nothing(campaign: Campaign) -> None:
    """A Maildir can always tell what became of a killed attempt, so none ends parked."""
    tally = campaign.run("maildir")

    assert tally.killed > 0
    assert tally.parked == 0


def test_kills_on_looked_up_fakes(campaign: Campaign) -> None:
    """Killed at every point of the servers that can be asked, failing ones included, once each."""
    points = declared_points(FAKES) | FAILING

    tally = campaign.run("fakes")

    assert_effectively_once(tally)
    assert {point: tally.kills[point] for point in points if tally.kills[point] < EACH} == {}
    assert (tally.parked, tally.killed >= owed("fakes", KILLS)) == (0, True)


def test_verify_only_parks_exactly_the_window(campaign: Campaign) -> None:
    """A sender that can't be asked parks the kills between taking and filing, and no other."""
    tally = campaign.run("verify-only")

    assert_effectively_once(tally)
    assert all(tally.kills[point] >= EACH for point in VERIFY_ONLY)
    assert tally.parked == tally.kills["fake.taken"]


def test_naive_sender_is_caught(campaign: Campaign) -> None:
    """The same harness finds the duplicates of a sender that sends at least once."""
    tally = campaign.run("naive")

    assert tally.duplicates > 0
    assert any("committed 2 times" in flaw for flaw in tally.flaws)

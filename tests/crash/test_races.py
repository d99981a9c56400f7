"""Proves that doing the same thing twice at the same moment does it once."""

import pytest

from tests.crash.conftest import KILLS, Campaign
from tests.crash.expectations import assert_effectively_once
from tests.crash.shares import owed

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_double_approvals(campaign: Campaign) -> None:
    """Two operators' windows that approve the same decisions grant each once, and one is sent."""
    tally = campaign.run("approvals")

    assert_effectively_once(tally)
    assert tally.killed >= owed("approvals", KILLS)


def test_two_committers(campaign: Campaign) -> None:
    """Two workers that commit the same action send it once, also when one is killed."""
    tally = campaign.run("committers")

    assert_effectively_once(tally)
    assert tally.killed >= owed("committers", KILLS)


def test_pause_in_mid_work(campaign: Campaign) -> None:
    """Nothing starts after a pause's position, whoever is killed; resumed, all goes on."""
    tally = campaign.run("pauses")

    assert_effectively_once(tally)
    assert tally.killed >= owed("pauses", KILLS)

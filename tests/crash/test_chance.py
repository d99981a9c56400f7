"""Proves that a kill at any moment at all doubles nothing and loses nothing."""

import pytest

from tests.crash.conftest import KILLS, Campaign
from tests.crash.expectations import assert_effectively_once
from tests.crash.shares import owed

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_random_kills_on_maildir(campaign: Campaign) -> None:
    """Killed at random moments, alone or beside another worker, each letter goes out once."""
    tally = campaign.run("chance")

    assert_effectively_once(tally)
    assert tally.killed >= owed("chance", KILLS)
    assert tally.parked == 0


def test_random_kills_on_verify_only(campaign: Campaign) -> None:
    """Killed at random moments, a sender that can't be asked sends each letter once or parks it."""
    tally = campaign.run("chance-verify-only")

    assert_effectively_once(tally)
    assert tally.killed >= owed("chance-verify-only", KILLS)
    assert tally.parked <= tally.killed

"""Proves that the whole command may be killed: the next run takes up its work."""

import pytest

from tests.crash.conftest import KILLS, Campaign
from tests.crash.expectations import assert_effectively_once
from tests.crash.shares import owed

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_killed_runs(campaign: Campaign) -> None:
    """`aios run`, killed again and again, sends each letter once and exits cleanly at last."""
    tally = campaign.run("whole-runs")

    assert_effectively_once(tally)
    assert tally.killed >= owed("whole-runs", KILLS)
    assert tally.parked == 0

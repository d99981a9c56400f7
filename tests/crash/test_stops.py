"""Proves that a worker that was paused, lost its lease and goes on does no harm."""

import pytest

from tests.crash.campaign import VERIFY_ONLY, loop_points
from tests.crash.conftest import KILLS, Campaign
from tests.crash.expectations import assert_effectively_once

WITHIN_THE_LOCK = "commit.fenced again"

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_stopped_worker_on_maildir(campaign: Campaign) -> None:
    """Paused at each point, its lease lost, letters moved meanwhile, the effect stays single.

    Even a worker that stands between its last fence and the move: while it may still send, the
    action stays uncertain, and when it has gone on it is found.
    """
    points = loop_points()

    tally = campaign.run("stops")

    assert_effectively_once(tally)
    assert points - set(tally.pauses) == set()
    assert tally.pauses[WITHIN_THE_LOCK] > 0
    assert tally.parked == 0


def test_stopped_worker_on_verify_only(campaign: Campaign) -> None:
    """Paused between taking and filing, a sender that can't be asked is parked; no earlier."""
    tally = campaign.run("stops-verify-only")

    assert_effectively_once(tally)
    assert all(tally.pauses[point] for point in VERIFY_ONLY)
    assert tally.parked == tally.pauses["fake.taken"]

"""Proves on a real Postfix and a real Dovecot that no kill and no fault doubles or loses a mail."""

import pytest

from tests.crash.conftest import KILLS, Campaign
from tests.crash.expectations import assert_effectively_once
from tests.crash.shares import owed
from tests.crash.wire import PHASES, UNKNOWABLE, WIRE_POINTS
from tests.crash.wire_scene import House

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_kills_at_named_points(campaign: Campaign, house: House) -> None:
    """Killed between intent, wire and record, each letter arrives once, or is parked in doubt."""
    tally = campaign.run("wire-points", house)

    assert_effectively_once(tally)
    assert tally.killed >= owed("wire-points", KILLS)
    assert tally.parked <= sum(tally.kills[one] for one in WIRE_POINTS)


def test_kills_in_each_phase(campaign: Campaign, house: House) -> None:
    """Killed while the server's answer to any step is on its way, each letter arrives once."""
    tally = campaign.run("wire-phases", house)

    assert_effectively_once(tally)
    assert tally.killed >= owed("wire-phases", KILLS)
    assert tally.kills.keys() == PHASES.keys()


def test_faults_in_each_phase(campaign: Campaign, house: House) -> None:
    """Every fault at every step of SMTP and IMAP: only the end of data can't be known."""
    tally = campaign.run("wire-faults", house)

    assert_effectively_once(tally)
    assert {one.partition(":")[0] for one in tally.pauses} == PHASES.keys()
    assert tally.parked <= sum(tally.pauses[f"end of data: {kind}"] for kind in UNKNOWABLE)


def test_naive_sender_sends_twice(campaign: Campaign, house: House) -> None:
    """The same faults make a sender that tries again on any error send twice."""
    tally = campaign.run("naive-wire-faults", house)

    assert tally.duplicates > 0

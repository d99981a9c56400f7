"""Proves what becomes of a letter that was taken by a server which then failed to answer."""

import pytest

from tests.crash.campaign import LOOKED_UP
from tests.crash.conftest import KILLS, Campaign
from tests.crash.expectations import assert_effectively_once
from tests.crash.lost_answers import LOST

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 3 * KILLS)]


def test_lost_answer_is_looked_up(campaign: Campaign) -> None:
    """A server that can be asked is asked: the letter counts as committed, and stays single."""
    tally = campaign.run("lost-answers")

    assert_effectively_once(tally)
    assert (tally.homes, tally.parked) == (len(LOOKED_UP), 0)


def test_lost_answer_that_nobody_can_look_up_is_parked(campaign: Campaign) -> None:
    """A server that can't be asked parks exactly the letters whose answer was lost."""
    tally = campaign.run("lost-answers-verify-only")

    assert_effectively_once(tally)
    assert tally.parked == LOST


def test_naive_sender_repeats_a_lost_answer(campaign: Campaign) -> None:
    """The same harness finds that a naive sender repeats each letter whose answer was lost."""
    tally = campaign.run("naive-lost-answers")

    assert tally.duplicates == LOST

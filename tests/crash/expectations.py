"""Owns what every part of the campaign must show, whatever it did."""

from tests.crash.tally import Tally


def assert_effectively_once(tally: Tally) -> None:
    """Assert that nothing is doubled, lost, or out of order in any home."""
    where = f"part {tally.name!r}, CRASH_SEED={tally.seed}"
    assert not tally.flaws, f"{where}:\n  " + "\n  ".join(tally.flaws[:20])
    assert (tally.duplicates, tally.lost) == (0, 0), where
    assert tally.committed + tally.parked == tally.actions > 0, where

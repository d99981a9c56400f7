"""Proves at a small size that memory retires what it should, and nothing else."""

import pytest

from benchmarks.supersession import measure


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_generated_business_is_answered_without_what_is_stale(seed: int) -> None:
    """No stale fact answers, nothing unrelated is retired, every conflict waits until decided."""
    score = measure(60, seed)

    assert score.is_held
    assert score.conflicts == score.decided > 0
    assert score.past > 0
    assert score.beside["keep everything"]["stale"] > 0

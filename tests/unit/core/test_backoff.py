"""Proves when a failed action is tried again: later each time, never too late, always the same."""

from datetime import UTC, datetime, timedelta

from aios_defs.core.backoff import BACKOFF, MAX_ATTEMPTS, next_attempt

FAILED = datetime(2031, 3, 3, 9, tzinfo=UTC)
FAR = FAILED + timedelta(days=1)


def planned(attempts: int, *, key: str = "key", error: str = "outside_failed") -> datetime | None:
    """Return the next attempt after so many."""
    return next_attempt(error, attempts, key, failed_at=FAILED, limits=(FAR,))


def test_each_wait_is_longer_with_a_jitter_from_the_key() -> None:
    """Each is its step and up to a fifth; the same events give the same time, another key not."""
    waits = [planned(one) for one in range(1, MAX_ATTEMPTS)]

    for wait, step in zip(waits, BACKOFF, strict=True):
        assert wait is not None
        assert step <= wait - FAILED <= step * 1.2
    assert waits == [planned(one) for one in range(1, MAX_ATTEMPTS)]
    assert planned(1) != planned(1, key="other")


def test_the_last_attempt_is_followed_by_none() -> None:
    """Then only the operator may try again, whatever failed."""
    assert planned(MAX_ATTEMPTS) is None
    assert planned(MAX_ATTEMPTS, error="not_sent") is None


def test_none_is_planned_beyond_a_limit() -> None:
    """What could only leave after its deadline or its approval is the operator's at once."""
    soon = FAILED + timedelta(seconds=30)

    found = next_attempt("outside_failed", 1, "key", failed_at=FAILED, limits=(FAR, soon))

    assert found is None


def test_what_broke_off_is_repeated_at_once() -> None:
    """Nobody outside asked for patience."""
    assert planned(1, error="not_sent") == FAILED
    assert planned(2, error="storage_failed") == FAILED

"""Proves how long a process that died waits for its next start."""

from aios_defs.gateway.backoff import FAILING_AFTER, FIRST, LONGEST, WELL_AFTER, Backoff


def test_the_first_end_is_followed_by_a_start_at_once() -> None:
    """A process that was well is back within a fraction of a second."""
    backoff = Backoff()

    waited = backoff.ended(3600.0)

    assert waited == FIRST


def test_ends_in_a_row_wait_twice_as_long_each() -> None:
    """What dies at once again is started ever later, up to a limit."""
    backoff = Backoff()

    waits = [backoff.ended(0.5) for _ in range(12)]

    assert waits[:4] == [FIRST, FIRST * 2, FIRST * 4, FIRST * 8]
    assert waits[-1] == LONGEST


def test_a_process_that_was_well_begins_anew() -> None:
    """A long life forgives the ends before it."""
    backoff = Backoff()
    for _ in range(12):
        backoff.ended(0.5)

    waited = backoff.ended(WELL_AFTER)

    assert waited == FIRST


def test_ends_in_a_row_count_as_failing_until_it_is_well() -> None:
    """The status says that a process fails, and stops saying so once it lives."""
    backoff = Backoff()
    before = backoff.is_failing(0.0)
    for _ in range(FAILING_AFTER):
        backoff.ended(0.5)

    after = (backoff.is_failing(0.0), backoff.is_failing(WELL_AFTER))

    assert before is False
    assert after == (True, False)

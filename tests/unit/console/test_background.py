"""Proves that slow looks are made one at a time, kept, and never hold a page up."""

from datetime import timedelta
from threading import Event

import pytest

from aios_defs.console.background import Background, Progress
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject
from resources.testing.fixed_clock import FixedClock

LONG = 10.0
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def looks(clock: FixedClock) -> Background:
    return Background(clock)


def test_a_look_under_way_is_not_begun_again(looks: Background) -> None:
    """Whoever asks meanwhile learns that it runs and how far it is."""
    begun: list[int] = []
    goes_on = Event()

    def work(note: Progress) -> JsonObject:
        begun.append(1)
        note(3, 7)
        goes_on.wait(LONG)
        return {"found": 1}

    first = looks.start("slow", work, patience=0.2)
    again = looks.start("slow", work, patience=0.0)
    goes_on.set()
    looks.settle("slow", LONG)

    assert (first["state"], again["state"]) == ("running", "running")
    assert (again["done"], again["total"]) == (3, 7)
    assert begun == [1]
    assert looks.last("slow") == {**again, "state": "done", "result": {"found": 1}}


def test_a_young_look_is_kept_and_an_old_one_made_anew(
    looks: Background, clock: FixedClock
) -> None:
    """Within its age a look is not repeated; beyond it, it is, unless it was forgotten before."""
    made: list[int] = []

    def work(_: Progress) -> JsonObject:
        made.append(1)
        return {"made": len(made)}

    for _ in range(3):
        looks.fresh("look", work, age=MINUTE, patience=LONG)
    looks.forget("look")
    looks.fresh("look", work, age=MINUTE, patience=LONG)
    clock.advance(MINUTE * 2)
    told = looks.fresh("look", work, age=MINUTE, patience=LONG)

    assert told["result"] == {"made": 3}


def test_what_was_found_before_stands_until_the_next_look_is_there(
    looks: Background, clock: FixedClock
) -> None:
    """While a look is made anew, or when it fails, the last result is still told."""
    goes_on = Event()

    def slow(_: Progress) -> JsonObject:
        goes_on.wait(LONG)
        raise UsageInvalid("It can't be.", remedy="Do another.")

    looks.start("look", lambda _: {"found": 1}, patience=LONG)
    clock.advance(MINUTE)
    running = looks.start("look", slow, patience=0.0)
    goes_on.set()
    looks.settle("look", LONG)
    failed = looks.last("look")

    assert (running["state"], running["result"]) == ("running", {"found": 1})
    assert failed is not None
    assert (failed["state"], failed["result"]) == ("failed", {"found": 1})
    assert failed["error"] == {
        "code": "usage_invalid",
        "message": "It can't be.",
        "remedy": "Do another.",
    }


def test_a_fault_is_told_by_its_type_only(looks: Background) -> None:
    """The text of an unexpected error may be personal: it is not told."""

    def work(_: Progress) -> JsonObject:
        raise ValueError("someone@example.org")

    told = looks.start("look", work, patience=LONG)

    assert told["state"] == "failed"
    assert "someone" not in str(told)
    assert "ValueError" in str(told["error"])

"""Proves on a small house that near-duplicates are found, and few who are not are asked about."""

from aios_defs.services.identity.blocking import near_duplicates
from aios_defs.services.identity.likeness import BAR, Known, likeness
from benchmarks.identity import Maker


def test_near_duplicates_are_found_among_look_alikes() -> None:
    """Of 1,000 people in four languages nearly all duplicates are found, and little else."""
    house = Maker(5).make(1000)

    found = {
        (min(one.id, other.id), max(one.id, other.id))
        for one, other, _ in near_duplicates(house.profiles)
    }

    true = found & house.pairs.keys()
    assert len(true) >= 0.95 * len(house.pairs)
    assert len(true) >= 0.9 * len(found)


def test_numbers_tell_apart_who_is_called_alike() -> None:
    """A list of numbered names asks about no pair of them; letters may still be mistyped."""
    numbered = [Known(id=str(one), kind="person", name=f"Guest Nr{one}") for one in range(100, 400)]
    right = Known(id="a", kind="person", name="Johanna Schmidt")
    mistyped = Known(id="b", kind="person", name="Johanna Schmitd")

    assert list(near_duplicates(numbered)) == []
    assert likeness(numbered[0], numbered[1]).score == 0.0
    assert likeness(right, mistyped).score >= BAR

"""Proves on a small house that near-duplicates are found, and few who are not are asked about."""

from aios_defs.services.identity.blocking import near_duplicates
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

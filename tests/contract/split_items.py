"""Owns what a memory index promises of items that a search brings along."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random  # noqa: TID251 - seeded, so a run repeats

import numpy as np
import pytest

from aios_defs.core.labels import Level
from aios_defs.core.memory_index import MemoryIndex, MemoryItem, Search
from aios_defs.core.recall.item import Statistics
from tests.contract.memory_indexes import SIZE, item, scope

_WORDS = ("invoice", "paid", "boat", "blue", "late", "Kim", "offer", "sent")
_LEVELS = (*[Level.SHAREABLE] * 8, Level.PUBLIC, Level.LOCAL)
_SHARES = (0, 0.01, 0.5, 0.9, 1)


def alike(chance: Random, count: int) -> list[MemoryItem]:
    """Return items that hardly differ: a few words, a few vectors, three to a thread."""
    items: list[MemoryItem] = []
    vectors = [np.array([chance.gauss() for _ in range(SIZE)], np.float32) for _ in range(count)]
    for number in range(1, count + 1):
        text = " ".join(chance.choices(_WORDS, k=chance.choice((2, 3, 3, 3, 9))))
        made = item(number, text, level=chance.choice(_LEVELS), thread=f"talk {number // 3}")
        vector = chance.choice((vectors[number - 1], chance.choice(vectors[:4]), None))
        items.append(replace(made, vector=vector))
    return items


def before(chance: Random, one: MemoryItem) -> MemoryItem:
    """Return how an item may have been before something changed it."""
    if chance.random() < 0.5:
        return replace(one, label=one.label.model_copy(update={"level": chance.choice(_LEVELS)}))
    return replace(one, retired_position=None if one.retired_position else 5000)


def retired(chance: Random, one: MemoryItem) -> MemoryItem:
    return replace(one, retired_position=chance.choice((None, None, None, 900)))


class SplitItems:
    """What recall relies on while part of memory is newer than the index."""

    @pytest.mark.parametrize(("seed", "count"), [(1, 300), (2, 300), (3, 300), (4, 2_600)])
    def test_it_does_not_matter_what_is_in_the_index_already(
        self, index: MemoryIndex, seed: int, count: int
    ) -> None:
        """Items that come with the search are chosen, counted and left out as if they lay in it."""
        chance = Random(seed)  # noqa: S311 - no secret
        items = [retired(chance, one) for one in alike(chance, count)]
        shown: list[list[tuple[set[str], Statistics]]] = []
        for share in _SHARES:
            known = items[: int(share * count)]
            stale = {one.id: one for one in chance.sample(known, len(known) // 10)}
            index.drop()
            index.put([before(chance, one) if one.id in stale else one for one in known])
            index.finish(len(known), "hash")
            newer = [*items[len(known) :], *stale.values()]
            chance.shuffle(newer)
            shown.append(asked(index, newer))

        for one in shown[:-1]:
            assert one == shown[-1]


def asked(index: MemoryIndex, newer: Sequence[MemoryItem]) -> list[tuple[set[str], Statistics]]:
    """Return what some searches choose, and by which statistics."""
    vector = np.linspace(-1, 1, SIZE, dtype=np.float32)
    wanted = Search(
        scope=scope(position=10_000), terms=("invoic", "kim", "sent"), vector=vector, newer=newer
    )
    searches = (
        wanted,
        replace(wanted, vector=None),
        replace(wanted, scope=scope(position=800)),
        replace(wanted, scope=scope(position=10_000, levels=(Level.PUBLIC,))),
        replace(wanted, most=5),
    )
    found = [index.search(one) for one in searches]
    return [({one.id for one in each.items}, each.statistics) for each in found]

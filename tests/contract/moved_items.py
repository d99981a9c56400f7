"""Owns what a memory index promises of items whose level changed."""

from aios_defs.core.labels import Level
from aios_defs.core.memory_index import MemoryIndex, Search
from tests.contract.memory_indexes import ids, item, scope


class MovedItems:
    """What lowering a label, and taking that back, relies on."""

    def test_a_moved_item_is_of_its_new_level_alone(self, index: MemoryIndex) -> None:
        """It is found and counted where it is now, there and back, however often it is moved."""
        index.put([item(1, "word", level=Level.LOCAL), item(2, "word", level=Level.PUBLIC)])
        index.finish(2, "hash")

        for level in (Level.SHAREABLE, Level.PUBLIC, Level.LOCAL, Level.LOCAL):
            index.move([item(1, "word", level=level)])
            for one in Level:
                found = index.search(Search(scope=scope(levels=(one,)), terms=("word",)))
                mine = {"turn:0001"} if one is level else set[str]()
                others = {"turn:0002"} if one is Level.PUBLIC else set[str]()
                assert {hit.id for hit in found.items} == mine | others
                assert found.statistics.items == len(mine | others)
        assert index.standing().items == 2

    def test_an_item_that_was_not_there_is_moved_in(self, index: MemoryIndex) -> None:
        """It is served once filling has come as far as it."""
        index.move([item(1, "word")])
        before = ids(index, "word")
        index.finish(1, "hash")

        assert (before, ids(index, "word")) == (set(), {"turn:0001"})

"""Owns what a memory index promises of items whose level changed."""

from aios_defs.core.labels import Level
from aios_defs.core.memory_index import MemoryIndex, Search
from tests.contract.memory_indexes import item, scope


class MovedItems:
    """What lowering a label, and taking that back, relies on."""

    def test_an_item_that_was_forgotten_is_of_its_new_level_alone(self, index: MemoryIndex) -> None:
        """It is found and counted where it is put next, there and back, however often."""
        index.put([item(1, "word", level=Level.LOCAL), item(2, "word", level=Level.PUBLIC)])
        index.finish(2, "hash")

        for level in (Level.SHAREABLE, Level.PUBLIC, Level.LOCAL, Level.LOCAL):
            index.forget(ids=["turn:0001"])
            index.put([item(1, "word", level=level)])
            index.finish(2, "hash")
            for one in Level:
                found = index.search(Search(scope=scope(levels=(one,)), terms=("word",)))
                mine = {"turn:0001"} if one is level else set[str]()
                others = {"turn:0002"} if one is Level.PUBLIC else set[str]()
                assert {hit.id for hit in found.items} == mine | others
                assert found.statistics.items == len(mine | others)
        assert index.standing().items == 2

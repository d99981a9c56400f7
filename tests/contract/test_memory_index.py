"""Proves what the memory indexes promise: the fake and the real one."""

from pathlib import Path

import pytest

from aios_defs.core.memory_index import MemoryIndex
from resources.memory_index.lance import LanceMemoryIndex
from resources.testing.dict_memory_index import DictMemoryIndex
from tests.contract.memory_indexes import EMBEDDER, SIZE, MemoryIndexContract
from tests.contract.moved_items import MovedItems
from tests.contract.split_items import SplitItems


class TestDictMemoryIndex(MemoryIndexContract, MovedItems, SplitItems):
    @pytest.fixture
    def index(self) -> MemoryIndex:
        return DictMemoryIndex(EMBEDDER, SIZE)


class TestLanceMemoryIndex(MemoryIndexContract, MovedItems, SplitItems):
    @pytest.fixture
    def index(self, tmp_path: Path) -> MemoryIndex:
        return LanceMemoryIndex(tmp_path, embedder=EMBEDDER, dimensions=SIZE)

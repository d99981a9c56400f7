"""Owns processes that write an index at once, as several runs of Dagster may."""

from multiprocessing.synchronize import Barrier
from pathlib import Path

from aios_defs.core.labels import Level
from resources.memory_index.lance import LanceMemoryIndex, merge
from resources.memory_index.rows import to_rows
from resources.memory_index.tables import Tables
from tests.contract.memory_indexes import EMBEDDER, SIZE, item

ROUNDS, KEYS = 10, 40


def put_in_turns(folder: Path, barrier: Barrier) -> None:
    """Put the same keys as the others in each round, through the index."""
    index = LanceMemoryIndex(folder, embedder=EMBEDDER, dimensions=SIZE)
    for one in range(ROUNDS):
        barrier.wait()
        index.put([item(one * KEYS + number) for number in range(KEYS)])


def merge_at_once(folder: Path, barrier: Barrier) -> None:
    """Put the same keys as the others in each round, with nothing but the table's key between."""
    tables = Tables(folder, SIZE)
    for one in range(ROUNDS):
        rows = to_rows([item(one * KEYS + number) for number in range(KEYS)], EMBEDDER, SIZE)
        barrier.wait()
        table = tables.opened(Level.SHAREABLE, 0)
        merge(table, rows)


def put_and_finish(folder: Path, count: int) -> None:
    """Fill an index from where it stands, a few items at a time, until it is whole."""
    index = LanceMemoryIndex(folder, embedder=EMBEDDER, dimensions=SIZE)
    while (start := index.standing().position) < count:
        end = min(count, start + 3)
        index.put([item(one, f"word {one}") for one in range(start + 1, end + 1)])
        index.finish(end, f"hash {end}")

"""Proves the rows that questions are answered from: no half-written one counts, nor their order."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.memory_index import MemoryItem, Search
from resources.memory_index.lance import LanceMemoryIndex
from resources.memory_index.postings import Postings, key_of
from resources.memory_index.row_log import RowLog
from resources.memory_index.segment import Segment
from tests.contract.memory_indexes import EMBEDDER, SIZE, item, scope

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=60)


def postings(pairs: list[tuple[int, int]]) -> Postings:
    ordered = sorted(pairs, key=lambda one: one[1])
    keys = np.array([key for key, _ in ordered], np.uint64)
    return Postings.of(keys, np.array([row for _, row in ordered], np.uint32))


@given(PAIRS, PAIRS)
def test_postings_are_the_pairs_they_were_made_of(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    """Each key has its rows in order with how often it stands there, also when rows come later."""
    later = [(key, row + 31) for key, row in second]
    whole = postings(first).with_later(postings(later))

    expected = Counter([*first, *later])
    for key in range(11):
        rows, counts = whole.of_key(key)
        wanted = sorted(row for one, row in expected if one == key)
        assert rows.tolist() == wanted
        assert counts.tolist() == [expected[key, row] for row in wanted]
    if len(whole.keys):
        found = whole.of_keys(np.array([2, 5, 11], np.uint64))
        assert sorted(found.tolist()) == sorted(row for one, row in expected if one in (2, 5))


def said(number: int) -> MemoryItem:
    chance = np.random.default_rng(number)
    vector = chance.normal(size=SIZE).astype(np.float32)
    word = f"common word{number % 7} other{number % 3}"
    one = item(number, word, thread=f"talk-{number // 9}")
    return replace(one, vector=vector / np.linalg.norm(vector), place=number % 9)


def chosen(index: LanceMemoryIndex, number: int) -> list[str]:
    """Return what comes for a question, in one order, each as often as it comes."""
    asked = Search(
        scope=scope(position=5_000),
        terms=("common", "word3", "other1"),
        vector=said(number).vector,
        most=5,
    )
    return sorted(one.id for one in index.search(asked).items)


def test_neither_order_nor_repeats_nor_care_change_what_is_chosen(tmp_path: Path) -> None:
    """What was put in pieces, twice, backwards or tended answers like what was put at once."""
    items = [said(number) for number in range(1, 121)]
    once, pieces = (
        LanceMemoryIndex(tmp_path / name, embedder=EMBEDDER, dimensions=SIZE)
        for name in ("once", "pieces")
    )
    once.put(items)
    once.finish(120, "hash")
    for first in (90, 30, 60, 0, 30):
        pieces.put(items[first : first + 30][::-1])
        pieces.finish(120, "hash")
        if first == 60:
            pieces.tend()

    for number in (500, 501, 502):
        assert chosen(pieces, number) == chosen(once, number)
    assert pieces.standing() == once.standing()
    pieces.tend()
    assert chosen(pieces, 500) == chosen(once, 500)


def test_of_many_vectors_the_nearest_come(tmp_path: Path) -> None:
    """Where not all vectors are compared, what is near to the question is found by its signs."""
    chance, size = np.random.default_rng(1), 384
    vectors = chance.normal(size=(3_000, size)).astype(np.float32)
    index = LanceMemoryIndex(tmp_path, embedder=EMBEDDER, dimensions=size)
    index.put([replace(item(at), vector=one) for at, one in enumerate(vectors)])
    index.finish(3_000, "hash")

    for at in range(0, 3_000, 150):
        near = vectors[at] + chance.normal(size=size).astype(np.float32)
        asked = Search(scope=scope(position=3_000), terms=(), vector=near, most=1)
        assert item(at).id in {one.id for one in index.search(asked).items}


@pytest.mark.parametrize("name", ["records", "words", "signs", "vectors", "rows"])
def test_what_a_killed_writer_left_half_written_is_cut_off(tmp_path: Path, name: str) -> None:
    """Bytes behind the last whole row are gone by the next write, which is whole."""
    log = RowLog(tmp_path / "local_0.rows", SIZE)
    log.append([said(1), said(2)], EMBEDDER)
    with (log.folder / f"{name}.bin").open("ab") as file:
        file.write(b"half")
    log.append([said(3)], EMBEDDER)
    rows = log.rows(log.count())

    assert log.count() == 3
    assert rows["id"].tolist() == [key_of(said(number).id) for number in (1, 2, 3)]
    assert log.words(rows[2:]).tolist() == [key_of(term) for term in said(3).terms]
    assert np.array_equal(log.vectors(3)[2], said(3).vector)  # type: ignore[arg-type] # it has one
    assert log.texts([0, 2]) == [said(1).text, said(3).text]


def test_a_segment_that_was_not_finished_is_made_anew(tmp_path: Path) -> None:
    """A draft, or postings that nothing refers to, stand in nobody's way."""
    log = RowLog(tmp_path / "local_0.rows", SIZE)
    log.append([said(1), said(2)], EMBEDDER)
    rows = log.rows(2)
    (log.folder / ".index_2").mkdir()
    (log.folder / "index_2").mkdir()
    Segment.of(rows, log.words(rows), 0).save(log.folder, 2)

    assert Segment.load(log.folder, 2).words.of_key(key_of("common"))[0].tolist() == [0, 1]
    assert not (log.folder / ".index_2").exists()


_ASK = """
import sys
from pathlib import Path
from resources.memory_index.lance import LanceMemoryIndex
from tests.integration.test_row_log import EMBEDDER, SIZE, chosen
index = LanceMemoryIndex(Path(sys.argv[1]), embedder=EMBEDDER, dimensions=SIZE)
assert chosen(index, 1)
print(sorted({"lancedb", "pyarrow", "pandas"} & sys.modules.keys()))
"""


def test_a_question_loads_no_table(tmp_path: Path) -> None:
    """Asking reads rows alone: the libraries of tables, which take seconds, stay away."""
    index = LanceMemoryIndex(tmp_path, embedder=EMBEDDER, dimensions=SIZE)
    index.put([said(1)])
    index.finish(1, "hash")
    asked = subprocess.run(
        [sys.executable, "-c", _ASK, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert asked.stdout.strip() == "[]"

"""Proves the index of memory where it meets the disk: processes, kills, walls, bytes, embedders."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aios_defs.core.embedding import Embedder
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import IndexBroken, TransitionRefused
from aios_defs.core.events.memory import SubjectErased
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import Search
from aios_defs.core.recall.words import terms
from aios_defs.services.archive import fill
from aios_defs.services.memory import Memory
from aios_defs.services.memory_items import Unembedded
from aios_defs.services.recall import Question, recall
from resources.embedding.ngrams import NgramEmbedder
from resources.memories import Memories
from resources.memory_index.forgetting import traces
from resources.memory_index.lance import LanceMemoryIndex
from resources.memory_index.row_log import RowLog
from resources.memory_index.tables import MOST_FRAGMENTS, Tables, fragments
from resources.testing.fixed_embedder import FixedEmbedder
from tests.contract.memory_indexes import EMBEDDER, SIZE, item, scope
from tests.integration.index_writers import (
    KEYS,
    ROUNDS,
    merge_at_once,
    put_and_finish,
    put_in_turns,
)
from tests.integration.test_recall import EVERY, head, talk
from tests.property.shop import Shop

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def index(tmp_path: Path) -> LanceMemoryIndex:
    return LanceMemoryIndex(tmp_path, embedder=EMBEDDER, dimensions=SIZE)


def inside(folder: Path) -> Path:
    """The one folder of the embedder."""
    (found,) = (one for one in folder.iterdir() if one.is_dir())
    return found


def table_of(folder: Path, level: Level = Level.SHAREABLE) -> Any:  # noqa: ANN401 - lancedb's own type
    return Tables(folder, SIZE).opened(level, 0)


def log_of(folder: Path) -> RowLog:
    return RowLog(folder / f"{Level.SHAREABLE}_0.rows", SIZE)


def three(work: Callable[..., None], folder: Path) -> None:
    barrier = SPAWN.Barrier(3)
    writers = [SPAWN.Process(target=work, args=(folder, barrier)) for _ in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0, 0]


@pytest.mark.slow
def test_three_processes_that_put_the_same_leave_each_once(
    tmp_path: Path, index: LanceMemoryIndex
) -> None:
    """Ten times forty keys, put by three runs at once, are four hundred items."""
    three(put_in_turns, tmp_path)
    index.finish(ROUNDS * KEYS, "hash")

    assert index.standing().items == ROUNDS * KEYS


@pytest.mark.slow
def test_the_declared_key_alone_keeps_each_once(tmp_path: Path) -> None:
    """Without any lock between them the table's own key is enough."""
    made = Tables(tmp_path, SIZE).made(Level.SHAREABLE, 0)
    three(merge_at_once, tmp_path)

    made.checkout_latest()
    ids = made.search().select(["id"]).to_arrow().column("id").to_pylist()
    assert (len(ids), len(set(ids))) == (ROUNDS * KEYS, ROUNDS * KEYS)


@pytest.mark.slow
def test_a_fill_that_is_killed_goes_on(tmp_path: Path, index: LanceMemoryIndex) -> None:
    """Whatever kill -9 leaves, the next fill makes it whole, as if nothing had happened."""
    count, kills = 60, 0
    for kills in range(4):
        before = index.standing().position
        writer = SPAWN.Process(target=put_and_finish, args=(tmp_path, count))
        writer.start()
        while writer.is_alive() and index.standing().position <= before + 3 * kills:
            time.sleep(0.01)
        writer.kill()
        writer.join()
    put_and_finish(tmp_path, count)
    search = Search(scope=scope(), terms=tuple(terms("word")))
    reference = LanceMemoryIndex(tmp_path / "other", embedder=EMBEDDER, dimensions=SIZE)
    put_and_finish(tmp_path / "other", count)

    assert kills == 3
    assert index.standing() == reference.standing()
    found, expected = index.search(search), reference.search(search)
    assert {one.id for one in found.items} == {one.id for one in expected.items}
    assert found.statistics == expected.statistics


def test_a_row_in_the_wrong_table_stops_every_search(
    tmp_path: Path, index: LanceMemoryIndex
) -> None:
    """A row above its log's level is never left out quietly, whoever asks for what."""
    index.put([item(1, "word")])
    log_of(inside(tmp_path)).append([item(2, "secret", level=Level.LOCAL)], EMBEDDER)
    index.finish(2, "hash")

    for levels in ((Level.SHAREABLE,), EVERY):
        with pytest.raises(IndexBroken) as stopped:
            index.search(Search(scope=scope(levels=levels), terms=("word",)))
        assert stopped.value.fields["reason"] == "level"
    assert index.search(Search(scope=scope(levels=(Level.PUBLIC,)), terms=("word",))).items == []


def test_a_vector_of_another_embedder_stops_every_search(
    tmp_path: Path, index: LanceMemoryIndex
) -> None:
    """Two spaces of one length are told apart by the name beside each vector."""
    index.put([item(1, "word")])
    log_of(inside(tmp_path)).append([item(2, "word")], "other@1/8")
    index.finish(2, "hash")

    with pytest.raises(IndexBroken) as stopped:
        index.search(Search(scope=scope(), terms=("word",)))

    assert stopped.value.fields["reason"] == "embedder"


def test_forgotten_bytes_are_in_no_file(tmp_path: Path, index: LanceMemoryIndex) -> None:
    """Text, words and former versions go; what was looked for could be found before."""
    secret = "Zyxwvutsrqp lives in Ponmlkjihgf street"
    index.put([item(1, secret, subject="lou"), *(item(one, "word") for one in range(2, 9))])
    index.finish(8, "hash")
    before = traces(tmp_path, [secret])
    forgotten = index.forget(subjects=["lou"])

    assert before
    assert (forgotten.items, forgotten.is_verified) == (1, True)
    assert traces(tmp_path, [secret]) == []
    assert not any(b"ponmlkjihgf" in one.read_bytes() for one in files(tmp_path))
    assert sorted(one.name for one in inside(tmp_path).iterdir()) == [
        "served.json", "shareable_1.lance", "shareable_1.rows",
    ]  # fmt: skip


def test_what_somebody_else_holds_word_for_word_is_no_trace(
    tmp_path: Path, index: LanceMemoryIndex
) -> None:
    """An entry of a calendar with two people stays the other's: forgetting one is verified."""
    shared, own = "Meeting at Ponmlkjihgf street", "Zyxwvutsrqp lives there alone"
    index.put([item(1, shared, subject="lou"), item(2, own, subject="lou")])
    index.put([item(3, shared, subject="max", level=Level.LOCAL), item(4, shared, subject="kim")])
    index.finish(4, "hash")

    forgotten = index.forget(subjects=["lou"])

    assert (forgotten.items, forgotten.is_verified, forgotten.left) == (2, True, [])
    assert traces(tmp_path, [own]) == []
    assert traces(tmp_path, [shared, own])
    assert traces(tmp_path, [own, shared], lambda: [own, "Another"])


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_many_small_writes_leave_few_pieces(tmp_path: Path, index: LanceMemoryIndex) -> None:
    """A write compacts when there are too many pieces, so that asking stays fast."""
    for number in range(1, MOST_FRAGMENTS + 20):
        index.put([item(number, "word")])
    index.finish(MOST_FRAGMENTS + 20, "hash")

    assert fragments(table_of(inside(tmp_path))) <= MOST_FRAGMENTS
    assert index.standing().items == MOST_FRAGMENTS + 19


def test_a_former_embedder_serves_until_the_new_one_has_come_as_far(tmp_path: Path) -> None:
    """A change of embedder fills tables of its own, and no question waits for it."""
    shop = Shop(path=tmp_path / "shop")
    (tmp_path / "shop").mkdir(exist_ok=True)
    talk(shop)
    known: dict[str, Callable[[], Embedder]] = {
        one().identity.key: one for one in (NgramEmbedder, FixedEmbedder)
    }
    former = Memories(tmp_path / "cold", NgramEmbedder, known)
    fill(shop.kernel, former.filling(), upto=head(shop))
    both = Memories(tmp_path / "cold", FixedEmbedder, known)
    fill(shop.kernel, both.filling(), upto=head(shop) // 2)
    meanwhile = both.serving().index.standing().embedder
    asked = recall(shop.kernel, both.serving(), Question(text="Number 3", levels=EVERY))
    fill(shop.kernel, both.filling(), upto=head(shop))
    both.tidy()

    assert meanwhile == NgramEmbedder().identity.key
    assert asked.hits
    assert not asked.by_words_alone
    assert both.serving().index.standing().embedder == FixedEmbedder().identity.key
    assert [one.index.standing().embedder for one in both.every()] == ["fixed@1/384"]
    assert len([one for one in (tmp_path / "cold").iterdir() if one.is_dir()]) == 1


def test_without_the_former_embedder_its_words_are_searched(tmp_path: Path) -> None:
    """What can't embed the question any more says so and searches words."""
    shop = Shop(path=tmp_path)
    talk(shop)
    fill(shop.kernel, Memories(tmp_path / "cold", NgramEmbedder).filling(), upto=head(shop))
    other = Memories(tmp_path / "cold", FixedEmbedder, {})
    asked = recall(shop.kernel, other.serving(), Question(text="Number 3", levels=EVERY))

    assert asked.by_words_alone
    assert asked.hits


def test_who_is_erased_while_a_fill_is_under_way_does_not_come_in(tmp_path: Path) -> None:
    """Text that was read before an erasure is not put in after it, nor read before its end."""
    shop = Shop(path=tmp_path)
    talk(shop)
    memory = Memories(tmp_path / "cold", NgramEmbedder).filling()
    with shop.kernel.ledger.view() as view:
        (event, *_) = view.events(types=("interaction.recorded.v1",))
    erased = str(event.data["profile_id"])

    class Erasing(Memory):
        def embedded(self, items: Any) -> Any:  # noqa: ANN401 - as its parent
            made = memory.embedded(items)
            with shop.kernel.ledger.transaction(actor="operator") as tx:
                data = SubjectErased(profile_id=erased, subject_refs=())
                tx.append(Draft(stream="erasure", data=data, correlation_id=erased))
            return made

    with pytest.raises(TransitionRefused, match="being forgotten"):
        fill(shop.kernel, Erasing(index=memory.index, embedder=memory.embedder), upto=head(shop))

    assert memory.index.standing().position == 0
    assert memory.index.forget(subjects=(erased,)).items == 0


def test_asking_for_what_is_no_word_of_the_store_is_safe(index: LanceMemoryIndex) -> None:
    """A subject's name may hold anything."""
    index.put([item(1, "word")])
    index.finish(1, "hash")
    hostile = replace(scope(), subjects=("' OR '1'='1", "\\", "kim'; DROP TABLE x"))

    assert index.search(Search(scope=hostile, terms=("word",))).items == []


def test_what_may_not_be_embedded_is_none(index: LanceMemoryIndex) -> None:
    """An embedder's clearance holds text back, not the item."""
    memory = Memory(index=index, embedder=None)
    (made,) = memory.embedded([Unembedded(item=replace(item(1), vector=None), text="word")])

    assert made.vector is None

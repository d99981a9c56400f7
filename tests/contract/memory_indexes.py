"""Owns the contract suite of memory indexes: what each promises to recall.

A subclass gives an empty index for vectors of `SIZE` numbers by the embedder `EMBEDDER`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aios_defs.core.errors import IndexBroken
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.memory_index import (
    HOUSE,
    MemoryIndex,
    MemoryItem,
    MemoryKind,
    Scope,
    Search,
)
from aios_defs.core.recall.item import Days
from aios_defs.core.recall.words import terms

EMBEDDER, SIZE = "fixed@1/8", 8
START = datetime(2031, 1, 1, tzinfo=UTC)
EVERY = tuple(Level)


def item(
    number: int,
    text: str = "something else",
    *,
    level: Level = Level.SHAREABLE,
    subject: str = "kim",
    thread: str = "",
    axis: int | None = None,
    kind: MemoryKind = "turn",
) -> MemoryItem:
    """Return an item: its number is its position, its place in its thread and its hour."""
    vector = np.zeros(SIZE, np.float32)
    vector[number % SIZE if axis is None else axis] = 1
    return MemoryItem(
        id=f"{kind}:{number:04}",
        kind=kind,
        subject=subject,
        thread=thread or f"thread-{number}",
        place=number,
        position=number,
        at=START + timedelta(hours=number),
        speaker="Kim",
        direction="in",
        label=Label(level=level, audience=(subject,), trust=Trust.THIRD_PARTY),
        source_event=f"event-{number}",
        day="2031-01-01",
        text=text,
        terms=terms(text),
        vector=vector,
    )


def scope(*, position: int = 1000, levels: tuple[Level, ...] = EVERY) -> Scope:
    return Scope(levels=levels, position=position, valid_at=START)


def ids(index: MemoryIndex, text: str, where: Scope | None = None, **more: object) -> set[str]:
    """Return the ids of what words choose."""
    search = Search(scope=where or scope(), terms=tuple(terms(text)))
    return {one.id for one in index.search(replace(search, **more)).items}  # type: ignore[arg-type] # as given


class MemoryIndexContract:
    """What recall relies on."""

    @pytest.fixture
    def index(self) -> MemoryIndex:
        raise NotImplementedError

    def filled(self, index: MemoryIndex, *items: MemoryItem) -> MemoryIndex:
        index.put(items)
        index.finish(max(one.position for one in items), "hash")
        return index

    def test_an_empty_index_finds_nothing(self, index: MemoryIndex) -> None:
        """A search in nothing is no error, and nothing can be forgotten of it."""
        found = index.search(Search(scope=scope(), terms=("word",)))

        assert list(found.items) == []
        assert found.statistics.items == 0
        assert (index.standing().position, index.standing().embedder) == (0, EMBEDDER)
        assert index.forget(subjects=["kim"]).items == 0
        index.tend()

    def test_words_choose(self, index: MemoryIndex) -> None:
        """An item comes back whole by a word of its text."""
        first = replace(
            item(1, "The invoice is paid"),
            mentions=(Days(first=START.date(), last=START.date()),),
            valid_from=START - timedelta(days=1),
            valid_to=START + timedelta(days=1),
            retired_position=2000,
            tokens=np.arange(12, dtype=np.int8).reshape(3, 4),
        )
        self.filled(index, first, item(2, "The boat sails"))
        (found,) = index.search(Search(scope=scope(), terms=tuple(terms("invoices")))).items

        bare = replace(found, vector=None, tokens=None, terms=tuple(found.terms))
        assert bare == replace(first, vector=None, tokens=None)
        assert np.array_equal(found.tokens, first.tokens)  # type: ignore[arg-type] # it has some
        assert found.vector is not None
        assert np.array_equal(found.vector, first.vector)  # type: ignore[arg-type] # it has one

    def test_vectors_choose(self, index: MemoryIndex) -> None:
        """What points the same way comes back without a word in common."""
        self.filled(index, item(1, "car", axis=1), item(2, "tree", axis=2))
        asked = item(3, axis=1).vector
        found = index.search(Search(scope=scope(), terms=("automobile",), vector=asked, most=1))

        assert [one.id for one in found.items] == ["turn:0001"]

    def test_neighbours_come_along(self, index: MemoryIndex) -> None:
        """What stands next in the thread comes too."""
        talk = [item(number, f"word{number}", thread="talk") for number in range(1, 9)]
        self.filled(index, *talk, item(9, "word9", thread="other"))

        assert ids(index, "word4") == {f"turn:000{number}" for number in (2, 3, 4, 5, 6)}

    @pytest.mark.parametrize("level", EVERY)
    def test_only_the_levels_asked_for_come_back(self, index: MemoryIndex, level: Level) -> None:
        """Each level is found by who is cleared for it alone, neighbours included."""
        self.filled(
            index,
            *(item(n, "word", level=one, thread="talk") for n, one in enumerate(EVERY, start=1)),
        )

        assert ids(index, "word", scope(levels=(level,))) == {f"turn:000{EVERY.index(level) + 1}"}
        assert ids(index, "word", scope(levels=())) == set()
        assert (
            index.search(Search(scope=scope(levels=(level,)), terms=("word",))).statistics.items
            == 1
        )

    def test_only_the_subjects_asked_for_come_back(self, index: MemoryIndex) -> None:
        """Several may be asked for, also the house; a quote in a name is a letter like others."""
        odd = "o'hara"
        self.filled(
            index,
            item(1, "word", thread="talk"),
            item(2, "word", subject=odd, thread="talk"),
            item(3, "word", subject=HOUSE, thread="talk"),
        )

        assert ids(index, "word", replace(scope(), subjects=("kim",))) == {"turn:0001"}
        assert ids(index, "word", replace(scope(), subjects=(odd,))) == {"turn:0002"}
        assert ids(index, "word", replace(scope(), subjects=(odd, HOUSE))) == {
            "turn:0002", "turn:0003",
        }  # fmt: skip
        assert ids(index, "word", replace(scope(), subjects=())) == set()

    def test_what_was_not_known_or_not_true_then_stays_away(self, index: MemoryIndex) -> None:
        """As-of on both axes goes into the search."""
        day = timedelta(days=1)
        fact = item(1, "word", kind="fact")
        self.filled(
            index,
            replace(fact, retired_position=5, valid_to=START + day),
            replace(item(5, "word", kind="fact"), valid_from=START + day),
        )
        later = replace(scope(position=4), valid_at=START + day)

        assert ids(index, "word", scope(position=0)) == set()
        assert ids(index, "word", scope(position=4)) == {"fact:0001"}
        assert ids(index, "word", later) == set()
        assert ids(index, "word", scope(position=5)) == set()
        assert ids(index, "word", replace(later, position=5)) == {"fact:0005"}

    def test_when_it_was_said_and_what_kind_it_is_narrow_the_search(
        self, index: MemoryIndex
    ) -> None:
        """The end of the span is not in it."""
        self.filled(index, item(1, "word"), item(2, "word"), item(3, "word", kind="summary"))
        hour = timedelta(hours=1)

        assert ids(index, "word", replace(scope(), since=START + 2 * hour)) == {
            "turn:0002", "summary:0003",
        }  # fmt: skip
        assert ids(index, "word", replace(scope(), until=START + 2 * hour)) == {"turn:0001"}
        assert ids(index, "word", replace(scope(), kinds=("summary",))) == {"summary:0003"}

    def test_what_is_not_finished_is_not_served(self, index: MemoryIndex) -> None:
        """A fill that was killed leaves no trace in answers, nor in what they are weighed by."""
        self.filled(index, item(1, "word"))
        index.put([item(2, "word")])
        before = index.search(Search(scope=scope(), terms=("word",)))
        index.finish(2, "other")
        after = index.search(Search(scope=scope(), terms=("word",)))

        assert ([one.id for one in before.items], before.statistics.items) == (["turn:0001"], 1)
        assert ({one.id for one in after.items}, after.statistics.items) == (
            {"turn:0001", "turn:0002"}, 2,
        )  # fmt: skip
        assert (index.standing().position, index.standing().hash) == (2, "other")

    def test_putting_again_replaces(self, index: MemoryIndex) -> None:
        """An id is there once, as it was put last; finishing again changes nothing."""
        self.filled(index, item(1, "word"), item(2, "word"))
        self.filled(index, replace(item(1, "other"), retired_position=900), item(2, "word"))

        assert ids(index, "word other", scope(position=800)) == {"turn:0001", "turn:0002"}
        assert ids(index, "word other", scope(position=900)) == {"turn:0002"}
        assert index.standing().items == 2

    def test_statistics_are_of_all_that_is_searched(self, index: MemoryIndex) -> None:
        """Each item counts once for a term, whatever the scope leaves out of its level."""
        self.filled(index, item(1, "one two two"), item(2, "two three", subject="lou"))
        where = replace(scope(), subjects=("kim",))
        found = index.search(Search(scope=where, terms=("two", "three", "four"))).statistics

        assert (found.items, found.average_terms) == (2, 2.5)
        assert {one: found.frequencies.get(one, 0) for one in ("two", "three", "four")} == {
            "two": 2, "three": 1, "four": 0,
        }  # fmt: skip

    def test_hostile_words_are_words(self, index: MemoryIndex) -> None:
        """Nothing in a question is syntax of the store."""
        self.filled(index, item(1, "the word stands"))
        hostile = ('word"', "word' OR 1=1 --", "word) AND (", "+word -stands ~ * ? ^ : \\", "\x00")

        for one in hostile:
            assert ids(index, one) <= {"turn:0001"}
        for one in (*hostile, '"', "*", "AND", "\\"):
            assert isinstance(index.search(Search(scope=scope(), terms=(one,))).items, list | tuple)

    def test_every_language_is_found_by_its_terms(self, index: MemoryIndex) -> None:
        """The store splits no term further and drops none for being small or foreign."""
        texts = ("请求书已经支付", "счёт оплачен", "die Rechnung", "to be or not to be", "ça à é")
        self.filled(index, *(item(n, text) for n, text in enumerate(texts, start=1)))

        for number, text in enumerate(texts, start=1):
            for term in terms(text):
                search = Search(scope=scope(), terms=(term,))
                assert f"turn:{number:04}" in {one.id for one in index.search(search).items}, term

    def test_vectors_of_another_length_are_refused(self, index: MemoryIndex) -> None:
        """Two spaces are never mixed, neither in the store nor by a question."""
        short = np.ones(SIZE - 1, np.float32)
        with pytest.raises(IndexBroken):
            index.put([replace(item(1), vector=short)])
        self.filled(index, item(1))
        with pytest.raises(IndexBroken):
            index.search(Search(scope=scope(), terms=(), vector=short))

    def test_an_item_may_have_no_vector(self, index: MemoryIndex) -> None:
        """What may not go to the embedder is found by its words."""
        self.filled(index, replace(item(1, "word"), vector=None), item(2, "tree"))
        (found,) = index.search(Search(scope=scope(), terms=("word",))).items

        assert (found.id, found.vector) == ("turn:0001", None)

    def test_what_is_forgotten_is_gone(self, index: MemoryIndex) -> None:
        """By subject or by id, in words, vectors and statistics; the rest stays."""
        self.filled(
            index,
            item(1, "word"),
            item(2, "word", subject="lou"),
            item(3, "word", subject="lou", level=Level.LOCAL),
            item(4, "word", subject="lou"),
        )
        by_id, by_subject = index.forget(ids=["turn:0002"]), index.forget(subjects=["kim"])
        found = index.search(Search(scope=scope(), terms=("word",), vector=item(1).vector))

        assert (by_id.items, by_subject.items) == (1, 1)
        assert by_id.is_verified
        assert by_subject.is_verified
        assert {one.id for one in found.items} == {"turn:0003", "turn:0004"}
        assert (found.statistics.items, found.statistics.frequencies) == (2, {"word": 2})

    def test_dropped_and_filled_again_it_answers_the_same(self, index: MemoryIndex) -> None:
        """It is a view: nothing in it is its own."""
        items = [item(number, f"word of {number}", thread="talk") for number in range(20)]
        search = Search(scope=scope(), terms=("word", "7"), vector=items[7].vector)
        first = self.filled(index, *items).search(search)
        index.drop()
        gone = index.search(search)
        again = self.filled(index, *items[::-1]).search(search)

        assert list(gone.items) == []
        assert {one.id for one in again.items} == {one.id for one in first.items}
        assert again.statistics == first.statistics

    def test_tending_changes_no_answer(self, index: MemoryIndex) -> None:
        """Care of the store can't be seen from outside."""
        for number in range(1, 30):
            self.filled(index, item(number, f"word {number}"))
        search = Search(scope=scope(), terms=("word",), vector=item(3).vector)
        before, after = index.search(search), (index.tend(), index.search(search))[1]

        assert {one.id for one in after.items} == {one.id for one in before.items}
        assert after.statistics == before.statistics

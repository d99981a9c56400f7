"""Proves that recall answers from index and ledger alike, and keeps back what it must."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aios_defs.core.errors import IndexBroken
from aios_defs.core.labels import Label, Level
from aios_defs.core.memory_index import Found, MemoryIndex, Search
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.archive import archive_day, fill
from aios_defs.services.memory import Memory
from aios_defs.services.recall import Question, Recalled, recall
from resources.embedding.ngrams import NgramEmbedder
from resources.testing.dict_memory_index import DictMemoryIndex
from tests.property.shop import KNOWN, OPERATOR, STRANGER, Shop

EVERY = tuple(Level)


def memory_of(*, leaks: bool = False) -> Memory:
    embedder = NgramEmbedder()
    size = embedder.identity.dimensions
    index = DictMemoryIndex(embedder.identity.key, size, leaks=leaks)
    return Memory(index=index, embedder=embedder)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(path=tmp_path)


def talk(shop: Shop, count: int = 6) -> None:
    """Let customer, operator and stranger write in turn, an hour apart."""
    for number in range(count):
        sender = (KNOWN, OPERATOR, STRANGER)[number % 3]
        shop.deliver(sender, number % 2, to=KNOWN if sender == OPERATOR else OPERATOR)
        shop.clock.sleep(3600)


def head(shop: Shop) -> int:
    with shop.kernel.ledger.view() as view:
        return view.head().position


def ask(shop: Shop, memory: Memory, text: str = "Number 3", **more: object) -> Recalled:
    question = replace(Question(text=text, levels=EVERY), **more)  # type: ignore[arg-type] # as given
    return recall(shop.kernel, memory, question)


def test_what_was_said_is_found_with_its_way_back(shop: Shop) -> None:
    """A hit leads to its event, and says by whom, when and why."""
    talk(shop)
    memory = memory_of()
    fill(shop.kernel, memory, upto=head(shop))
    best = ask(shop, memory).hits[0]

    with shop.kernel.ledger.view() as view:
        event = view.event(best.source_event)
    assert "Number 3" in best.text
    assert event is not None
    assert event.type == "interaction.recorded.v1"
    assert best.because
    assert best.label.audience == (best.subject,)


@pytest.mark.parametrize("lag", [0, 1, 3, 10, 1000])
def test_the_answer_does_not_depend_on_how_far_the_index_is(shop: Shop, lag: int) -> None:
    """What is newer than the index comes from the ledger, with the same scores."""
    talk(shop, 9)
    full, behind = memory_of(), memory_of()
    fill(shop.kernel, full, upto=head(shop))
    fill(shop.kernel, behind, upto=max(0, head(shop) - lag))

    first, second = ask(shop, full, limit=50), ask(shop, behind, limit=50)

    assert first == second
    assert first.hits
    assert first == ask(shop, behind, limit=50)


def test_an_index_that_is_filled_meanwhile_counts_nothing_twice(shop: Shop) -> None:
    """Another process may fill the index between two steps of a recall: scores stay the same."""
    talk(shop, 9)
    full, behind = memory_of(), memory_of()
    fill(shop.kernel, full, upto=head(shop))
    fill(shop.kernel, behind, upto=head(shop) - 10)
    index = _FilledMeanwhile(behind.index, lambda: fill(shop.kernel, behind, upto=head(shop)))

    found = ask(shop, replace(behind, index=index), limit=50)

    assert found == ask(shop, full, limit=50)
    assert behind.index.standing().position == head(shop)


class _FilledMeanwhile:
    """An index that somebody fills just before it is searched."""

    def __init__(self, inner: MemoryIndex, filling: Callable[[], object]) -> None:
        self._inner, self._filling = inner, filling

    def search(self, search: Search) -> Found:
        self._filling()
        return self._inner.search(search)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the inner one's
        return getattr(self._inner, name)


def test_a_planted_row_stops_the_recall(shop: Shop) -> None:
    """An item above clearance that a store gives back is an error, not an omission."""
    talk(shop)
    memory = memory_of(leaks=True)
    fill(shop.kernel, memory, upto=head(shop))

    with pytest.raises(IndexBroken) as stopped:
        ask(shop, memory, levels=(Level.PUBLIC,))

    assert stopped.value.fields["reason"] == "level"


def test_an_index_of_another_ledger_is_refused(shop: Shop, tmp_path: Path) -> None:
    """After a backup was put back the index may know what never was."""
    talk(shop)
    memory = memory_of()
    fill(shop.kernel, memory, upto=head(shop))
    other = Shop(path=tmp_path / "other")

    with pytest.raises(IndexBroken) as stopped:
        ask(other, memory)

    assert stopped.value.fields["reason"] == "ledger"


def test_what_was_known_then_is_told_alone(shop: Shop) -> None:
    """A question as of a time sees nothing that came later."""
    talk(shop, 3)
    then = shop.clock.now() - timedelta(seconds=1)
    talk(shop, 3)
    memory = memory_of()
    fill(shop.kernel, memory, upto=head(shop))

    assert len(ask(shop, memory, known_at=then).hits) == 3
    assert len(ask(shop, memory).hits) == 6
    assert ask(shop, memory, known_at=then - timedelta(days=30)).hits == []


def test_one_person_is_asked_about_with_all_that_was_merged(shop: Shop) -> None:
    """A subject's answer holds nobody else's turns."""
    talk(shop)
    memory = memory_of()
    fill(shop.kernel, memory, upto=head(shop))
    with shop.kernel.ledger.view() as view:
        people = view.column(ProfileRow, "id")

    for one in people:
        assert {hit.subject for hit in ask(shop, memory, subjects=(one,)).hits} <= {one}
    assert ask(shop, memory, subjects=()).hits == []


def test_a_day_is_told_once_when_it_is_over(shop: Shop) -> None:
    """memory.archived names the day's interval; the running day is filled and not told."""
    talk(shop, 3)
    day = shop.clock.now().date()
    memory = memory_of()
    running = archive_day(shop.kernel, memory, day)
    shop.clock.sleep(86400)
    done = [archive_day(shop.kernel, memory, day) for _ in range(2)]

    with shop.kernel.ledger.view() as view:
        told = list(view.events(types=("memory.archived.v1",)))
    assert (running.is_done, running.items) == (False, 3)
    assert [one.is_done for one in done] == [True, True]
    assert [one.data["partition"] for one in told] == [day.isoformat()]
    assert told[0].data["to_position"] == done[0].to_position


def test_labels_of_turns_are_never_weaker_than_their_subject(shop: Shop) -> None:
    """A turn is for its own subject, shareable at most."""
    talk(shop)
    memory = memory_of()
    fill(shop.kernel, memory, upto=head(shop))

    for hit in ask(shop, memory).hits:
        assert hit.label == Label(
            level=Level.SHAREABLE, audience=(hit.subject,), trust=hit.label.trust
        )

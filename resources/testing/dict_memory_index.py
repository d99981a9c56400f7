"""Owns the memory index of tests: items in a dict, everything compared with everything."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from aios_defs.core.errors import IndexBroken
from aios_defs.core.memory_index import STEPS, Forgotten, Found, MemoryItem, Search, Standing
from aios_defs.core.recall.statistics import statistics_of


class DictMemoryIndex:
    """Keeps items for one process; `leaks` makes it give back what the scope leaves out."""

    def __init__(self, embedder: str, dimensions: int, *, leaks: bool = False) -> None:
        """Hold vectors of this embedder's key and length."""
        self._dimensions = dimensions
        self._standing = Standing(embedder=embedder)
        self._items: dict[str, MemoryItem] = {}
        self._leaks = leaks

    def standing(self) -> Standing:
        """Return how far it is filled."""
        return self._standing

    def search(self, search: Search) -> Found:
        """Return what words choose, what the vector chooses, and their neighbours."""
        upto = self._standing.position
        held = {one.id: one for one in self._items.values() if one.position <= upto}
        served = list((held | {one.id: one for one in search.newer}).values())
        admitted = [one for one in served if self._leaks or search.scope.admits(one)]
        asked = Counter(search.terms)
        by_words = _best(admitted, lambda one: len(asked.keys() & set(one.terms)), search.most)
        chosen = {one.id: one for one in (*by_words, *self._by_vector(admitted, search))}
        near = {(one.thread, one.place + step) for one in chosen.values() for step in STEPS}
        chosen.update({one.id: one for one in admitted if (one.thread, one.place) in near})
        counted = [one.terms for one in served if one.label.level in search.scope.levels]
        return Found(items=tuple(chosen.values()), statistics=statistics_of(counted, search.terms))

    def _by_vector(self, admitted: list[MemoryItem], search: Search) -> list[MemoryItem]:
        vector = search.vector
        if vector is None:
            return []
        self._refuse_other(len(vector))
        known = [one for one in admitted if one.vector is not None]
        return _best(known, lambda one: float(one.vector @ vector), search.most)  # type: ignore[operator] # known

    def put(
        self, items: Sequence[MemoryItem], *, is_wanted: Callable[[], bool] | None = None
    ) -> bool:
        """Keep items, in place of those of the same ids, if they are still wanted."""
        for one in items:
            if one.vector is not None:
                self._refuse_other(len(one.vector))
        if is_wanted is not None and not is_wanted():
            return False
        self._items.update({one.id: one for one in items})
        return True

    def _refuse_other(self, dimensions: int) -> None:
        if dimensions != self._dimensions:
            raise IndexBroken(
                f"A vector has {dimensions} numbers, the index {self._dimensions}.",
                remedy="Delete lance/cold in the home; it is filled again from the ledger.",
                reason="embedder",
            )

    def finish(self, position: int, hash_: str) -> None:
        """Serve what was put in up to this position."""
        self._standing = replace(
            self._standing,
            position=position,
            hash=hash_,
            items=sum(one.position <= position for one in self._items.values()),
        )

    def tend(self) -> None:
        """Do nothing: a dict needs no care."""

    def forget(self, *, subjects: Collection[str] = (), ids: Collection[str] = ()) -> Forgotten:
        """Delete the items of subjects or with ids."""
        gone = [one.id for one in self._items.values() if one.subject in subjects or one.id in ids]
        for one in gone:
            del self._items[one]
        self.finish(self._standing.position, self._standing.hash)
        return Forgotten(items=len(gone), is_verified=True)

    def drop(self) -> None:
        """Delete all of it."""
        self._items.clear()
        self._standing = Standing(embedder=self._standing.embedder)


def _best(
    items: Sequence[MemoryItem], score: Callable[[MemoryItem], float], most: int
) -> list[MemoryItem]:
    scored = [(score(one), one) for one in items]
    ranked = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1].id))
    return [one for _, one in ranked[:most]]

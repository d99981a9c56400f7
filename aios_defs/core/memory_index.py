"""Owns the port `MemoryIndex`: what is remembered past the day, kept so that it can be searched.

An index is a view of the ledger: it can be dropped and filled again, and what it does not hold yet
is read from the ledger. It chooses candidates; how they are ranked is pure code elsewhere
(`aios_defs.core.recall.ranking`), so that another store gives the same answer.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from aios_defs.core.labels import Label, Level
from aios_defs.core.recall.analysis import asks
from aios_defs.core.recall.item import Candidate, Days, Statistics

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float32, int8
    from numpy.typing import NDArray

MemoryKind = Literal["turn", "fact", "summary"]
HOUSE = ""
"""The subject of what is about nobody."""
STEPS = (-2, -1, 1, 2)
"""Which places of a thread, counted from a candidate's own, come with it as neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryItem:
    """One thing remembered: a turn, a version of a fact, a summary.

    `id` is unique and the same in every build. `subject` is the profile it was written for, HOUSE
    for none: merges are followed by who asks. `place` is its place in its thread, counted without
    gaps in the order the turns became known. `position` is that of the event that made it known,
    `retired_position` that of the one after which it is no longer said; `valid_from` and `valid_to`
    are when it is true (None: open). `day` is the day it became known, UTC, as `2026-05-01`: the
    partition it is kept in. `terms`, `mentions`,
    `vector` and `tokens` are what recall needs of its text (`Candidate`).
    """

    id: str
    kind: MemoryKind
    subject: str
    thread: str
    place: int
    position: int
    retired_position: int | None = None
    at: datetime
    speaker: str = ""
    direction: str = ""
    label: Label
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    source_event: str
    day: str
    text: str
    terms: Sequence[str]
    mentions: Sequence[Days] = ()
    vector: "NDArray[float32] | None" = None
    tokens: "NDArray[int8] | None" = None

    def candidate(self) -> Candidate:
        """Return what the ranking reads of it."""
        return Candidate(
            id=self.id,
            thread=self.thread,
            position=self.place,
            speaker=self.speaker,
            at=self.at,
            terms=self.terms,
            mentions=self.mentions,
            is_question=asks(self.text),
            vector=self.vector,
            tokens=self.tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What may come back: the filter that goes into the store's own query.

    `levels` are those that who asks is cleared for; none at all lets nothing back. `subjects` are
    profiles with all that were merged into them, HOUSE for the house; None is everybody. `position`
    is the last event that is known: what came later does not exist yet, what was retired later
    still stands. `valid_at` leaves out what was not true then. `since` and `until` are when it was
    said, the end not included.
    """

    levels: tuple[Level, ...]
    position: int
    valid_at: datetime
    subjects: tuple[str, ...] | None = None
    kinds: tuple[MemoryKind, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def admits(self, item: MemoryItem) -> bool:
        """Return whether an item may come back; a store's own filter means the same."""
        return (
            item.label.level in self.levels
            and (self.subjects is None or item.subject in self.subjects)
            and (self.kinds is None or item.kind in self.kinds)
            and self._is_known(item)
            and self._is_valid(item)
            and self._is_said(item)
        )

    def _is_known(self, item: MemoryItem) -> bool:
        gone = item.retired_position
        return item.position <= self.position and (gone is None or gone > self.position)

    def _is_valid(self, item: MemoryItem) -> bool:
        has_begun = item.valid_from is None or item.valid_from <= self.valid_at
        return has_begun and (item.valid_to is None or self.valid_at < item.valid_to)

    def _is_said(self, item: MemoryItem) -> bool:
        is_late_enough = self.since is None or self.since <= item.at
        return is_late_enough and (self.until is None or item.at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to choose candidates by: the terms of the query, and its vector.

    `vector` is by the embedder of the index, or None: then words choose alone. `most` is how many
    each of the two chooses, over all levels. `newer` are items that the index does not hold, or
    holds as they were before: they are searched as if they lay in it as they are here.
    """

    scope: Scope
    terms: tuple[str, ...]
    vector: "NDArray[float32] | None" = None
    most: int = 48
    newer: Sequence[MemoryItem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The candidates of a search with their neighbours in their threads, each once, in any order.

    `statistics` is of all that is searched at the levels of the scope, for the search's terms.
    """

    items: Sequence[MemoryItem]
    statistics: Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far an index is filled: up to the ledger's event at `position`, which has this `hash`.

    What lies beyond `position` was put in by a fill that did not come to its end, and is not
    served. `embedder` is the key of what made its vectors.
    """

    embedder: str
    position: int = 0
    hash: str = ""
    items: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten: how many items, and whether their bytes were looked for and not found."""

    items: int
    is_verified: bool
    left: Sequence[str] = field(default_factory=tuple[str, ...])
    """The files, by name, in which text of them still stands; empty when it is verified."""


class MemoryIndex(Protocol):
    """Keeps what is remembered, a table for each level, with the vectors of one embedder."""

    def standing(self) -> Standing:
        """Return how far it is filled; position 0 for one that is empty."""
        ...

    def search(self, search: Search) -> Found:
        """Return candidates: those its words choose, those its vector chooses, their neighbours.

        Only what the scope admits, neighbours included. The same for the same items, however many
        of them are in the index already and not among the newer ones of the search.

        Raises:
            IndexBroken: an item of another level lies in a table, or a vector of another embedder
                was handed in; nothing comes back.

        """
        ...

    def put(
        self, items: Sequence[MemoryItem], *, is_wanted: Callable[[], bool] | None = None
    ) -> bool:
        """Keep items, in place of those of the same ids; served once `finish` says so.

        One whose level changed lies in the table of another: `forget` it first.
        `is_wanted` is asked in turns with all who write and forget, right before; where it says no
        nothing is kept. Returns whether they are kept.

        Any number of processes may put the same items at once: each is there once.

        Raises:
            IndexBroken: an item has no vector, or one of another length.
            StorageFailed: the disk is full or failing; what is kept stays.

        """
        ...

    def finish(self, position: int, hash_: str) -> None:
        """Serve what was put in up to this event of the ledger; in one step, idempotent."""
        ...

    def tend(self) -> None:
        """Compact what many small writes left, index what is new, drop former versions."""
        ...

    def forget(self, *, subjects: Collection[str] = (), ids: Collection[str] = ()) -> Forgotten:
        """Delete the items of subjects or with ids, compact, drop every version, look for bytes."""
        ...

    def drop(self) -> None:
        """Delete all of it; filling it again gives the same answers."""
        ...

"""Owns recall: the one way to ask memory, used by the command, the console and context packs.

The answer depends on the ledger's position and on nothing else: what the index does not hold yet
is read from the ledger. Three walls keep back what the asker is not cleared for: a table for each
level, the filter in the store's own query, and here each item once more; an item that should not
have come back stops the recall.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from aios_defs.core.as_of import AsOf
from aios_defs.core.embedding import Role
from aios_defs.core.errors import AiosError, ConfigurationInvalid, IndexBroken, OutsideFailed
from aios_defs.core.labels import Label, Level
from aios_defs.core.memory_index import (
    HOUSE,
    Found,
    MemoryItem,
    MemoryKind,
    Scope,
    Search,
    Standing,
)
from aios_defs.core.ports import View
from aios_defs.core.recall.item import Query
from aios_defs.core.recall.ranking import rank
from aios_defs.core.recall.words import terms
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.facts import Key, stands
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory import Memory
from aios_defs.services.memory_items import CLOSED, closed_again, fact_of
from aios_defs.services.memory_tail import tail_of
from aios_defs.services.when import position_at

EVIDENCE: tuple[MemoryKind, ...] = ("turn", "fact")
"""What is recalled unless somebody asks for more: what was said, and what is known."""
_TRIES = 5
"""How often it is asked while somebody fills the index."""
REBUILD = "Delete lance/cold in the home; it is filled again from the ledger."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of memory, and by whom.

    `levels` are those that whoever reads the answer is cleared for. `subjects` are profiles, each
    with all that were merged with it, HOUSE for the house; None is everybody. `valid_at` asks what
    was true then, `known_at` what was known then; both default to now. `since` and `until` are when
    it was said, the end not included. `kinds` leaves summaries out unless they are asked for: they
    say nothing that is not recalled as it was said. `level` is that of the question's own text: an
    embedder that is not cleared for it never sees it.
    """

    text: str
    levels: tuple[Level, ...]
    subjects: tuple[str, ...] | None = None
    kinds: tuple[MemoryKind, ...] | None = EVIDENCE
    valid_at: datetime | None = None
    known_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    people: tuple[str, ...] = ()
    level: Level = Level.LOCAL
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One thing that was recalled: what, by whom, when, where it stands, and why it came.

    `because` gives what each part added to `score`, the largest first. `source_event` leads to its
    trace. It is recalled, not said: nothing new may be learnt from it.
    """

    id: str
    kind: MemoryKind
    text: str = field(repr=False)
    speaker: str
    direction: str
    at: datetime
    subject: str
    thread: str
    source_event: str
    label: Label
    valid_from: datetime | None
    valid_to: datetime | None
    score: float
    because: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """The answer of memory as the ledger stood at `position`, the best first.

    `is_answered` is False when even the best is too weak to be taken for an answer. `left_out`
    counts items that are newer than the index and too many to be read now; `by_words_alone` says
    that no vectors were compared, `trouble` why nothing could make them now, if so. `levels` are
    those that it was asked for.
    """

    hits: Sequence[Remembered]
    levels: tuple[Level, ...]
    is_answered: bool
    position: int
    left_out: int = 0
    by_words_alone: bool = False
    trouble: AiosError | None = None


def recall_anyway(kernel: Kernel, memory: Memory, question: Question) -> Recalled:
    """Return what memory holds on a question, by words alone where nothing can embed it now.

    Raises:
        IndexBroken: as `recall` says.

    """
    try:
        return recall(kernel, memory, question)
    except (ConfigurationInvalid, OutsideFailed) as error:
        by_words = replace(memory, embedder=None, fresh={})
        return replace(recall(kernel, by_words, question), trouble=error)


def recall(kernel: Kernel, memory: Memory, question: Question) -> Recalled:
    """Return what memory holds on a question.

    Where the index is filled meanwhile it is asked again: its statistics would count twice what was
    read from the ledger.

    Raises:
        IndexBroken: the index holds what it must not, or belongs to another ledger.
        OutsideFailed: an embedder elsewhere did not answer.

    """
    query = _query(kernel, memory, question)
    standing, tries = memory.index.standing(), _TRIES
    while True:
        with kernel.ledger.view() as view:  # after the standing: what is indexed is in it
            found = _recalled(kernel, view, memory, question, query=query, standing=standing)
        before, standing, tries = standing, memory.index.standing(), tries - 1
        if before == standing or not tries:
            return found


def _recalled(
    kernel: Kernel, view: View, memory: Memory, asked: Question, *, query: Query, standing: Standing
) -> Recalled:
    language = kernel.business.operator.language
    wanted = tuple(dict.fromkeys(terms(asked.text, language)))
    _refuse_other_ledger(view, standing)
    scope = _scope(kernel, view, asked)
    tail = tail_of(kernel, view, memory, standing)
    search = Search(scope=scope, terms=wanted, vector=query.vector, newer=tail.items)
    found = memory.index.search(search)
    items = _admitted(found, scope)
    candidates = [one.candidate() for one in items.values()]
    ranking = rank(query, candidates, found.statistics, language)
    held = _Standing(kernel, view, scope)
    hits = (one for one in ranking.hits if held.holds(items[one.id]))
    shown = list(islice(hits, asked.limit))
    return Recalled(
        hits=[_remembered(items[one.id], one.score, one.because) for one in shown],
        levels=asked.levels,
        is_answered=ranking.is_answered and bool(shown),
        position=scope.position,
        left_out=tail.left_out,
        by_words_alone=query.vector is None,
    )


class _Standing:
    """Which facts stand as of a point on both axes; what is no fact always does.

    What was lowered once and is not any more has the level it has now, whatever the index says.
    """

    def __init__(self, kernel: Kernel, view: View, scope: Scope) -> None:
        self._kernel, self._view, self._levels = kernel, view, scope.levels
        self._at = AsOf(valid_at=scope.valid_at, known_at=scope.position)
        self._found: dict[Key, set[str]] = {}
        self._closed = closed_again(view)

    def holds(self, item: MemoryItem) -> bool:
        if self._closed and self._closed.get(item.id.removesuffix(CLOSED)) in _stricter(
            self._levels
        ):
            return False
        fact_id = fact_of(item.id)
        row = self._view.get(FactRow, fact_id) if fact_id else None
        if row is None:
            return True
        key = Key.of(row)
        if key not in self._found:
            rows = stands(self._kernel, self._view, key, self._at)
            self._found[key] = {one.id for one in rows}
        return row.id in self._found[key]


def _stricter(levels: tuple[Level, ...]) -> set[Level]:
    """Return the levels that were not asked for."""
    return set(Level) - set(levels)


def _refuse_other_ledger(view: View, standing: Standing) -> None:
    """Refuse an index that was filled from a ledger which went another way than this one."""
    if not standing.position:
        return
    filled_at = next(iter(view.events(after=standing.position - 1, limit=1)), None)
    if filled_at is None or filled_at.hash != standing.hash:
        raise IndexBroken(
            "Memory was indexed from another ledger than this one.",
            remedy=REBUILD,
            reason="ledger",
            position=standing.position,
        )


def _scope(kernel: Kernel, view: View, question: Question) -> Scope:
    head = view.head().position
    known = question.known_at
    return Scope(
        levels=question.levels,
        position=head if known is None else position_at(view, known),
        valid_at=question.valid_at or kernel.clock.now(),
        subjects=_whole(view, question.subjects),
        kinds=question.kinds,
        since=question.since,
        until=question.until,
    )


def _whole(view: View, subjects: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return profiles with all that are one with them."""
    if subjects is None:
        return None
    found = {other for one in subjects if one != HOUSE for other in members(view, one)}
    return tuple(sorted(found | ({HOUSE} & set(subjects))))


def _query(kernel: Kernel, memory: Memory, question: Question) -> Query:
    query = Query(
        text=question.text,
        as_of=question.valid_at or question.known_at or kernel.clock.now(),
        people=question.people,
    )
    if memory.embedder is None or not memory.may_embed(question.level):
        return query
    with_tokens = memory.embedder.identity.token_dimensions > 0
    made = memory.embedder.embed([question.text], Role.QUERY, with_tokens=with_tokens)
    if not made.tokens:
        return replace(query, vector=made.vectors[0])
    return replace(query, vector=made.vectors[0], tokens=made.tokens[0], spans=made.spans[0])


def _admitted(found: Found, scope: Scope) -> dict[str, MemoryItem]:
    """Return the candidates by id, in an order that does not depend on where they came from."""
    for one in found.items:
        if not scope.admits(one):
            raise IndexBroken(
                f"The index gave back {one.id}, which the question leaves out.",
                remedy=REBUILD,
                reason="level" if one.label.level not in scope.levels else "scope",
                id=one.id,
            )
    return {one.id: one for one in sorted(found.items, key=lambda one: (one.position, one.id))}


def _remembered(item: MemoryItem, score: float, because: Mapping[str, float]) -> Remembered:
    return Remembered(
        id=item.id,
        kind=item.kind,
        text=item.text,
        speaker=item.speaker,
        direction=item.direction,
        at=item.at,
        subject=item.subject,
        thread=item.thread,
        source_event=item.source_event,
        label=item.label,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        score=score,
        because=because,
    )

"""Owns what becomes of something newly said: a fact, evidence, a proposal or a dispute.

Only a single-valued predicate replaces, by its key and its time, never by likeness. The operator's
word replaces; nobody else's replaces the operator's, nor anything protected: it is proposed. Two
others who say different things of the same time are disputed; a later time is a change. What an
agent says is always a proposal (`propose`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aios_defs.core.as_of import AsOf, begins, covers, is_open, standing
from aios_defs.core.errors import KeyErased
from aios_defs.core.events.facts import (
    FactAsserted,
    FactDisputed,
    FactEvidenced,
    FactProposed,
    FactRecord,
)
from aios_defs.core.fact_values import fits, is_same
from aios_defs.core.labels import Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction
from aios_defs.core.predicates import Predicate
from aios_defs.core.rows.facts import DisputeRow, FactRow
from aios_defs.services.facts import (
    OPERATOR,
    Key,
    NewFact,
    append_fact,
    disputes_of,
    new_record,
    next_review,
    replace_fact,
    supersede_citing,
    versions,
)
from aios_defs.services.kernel import Kernel

Outcome = Literal["asserted", "evidenced", "proposed", "disputed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What became of something said, and the id of the fact that carries it now."""

    outcome: Outcome
    fact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What is known of a key already: versions that hold for some time, proposals, disputes."""

    kernel: Kernel
    tx: Transaction
    spec: Predicate
    rows: tuple[FactRow, ...]
    proposed: tuple[FactRow, ...]
    disputes: tuple[DisputeRow, ...]

    @property
    def is_single(self) -> bool:
        return self.spec.cardinality == "single"

    def at(self, moment: datetime | None) -> AsOf:
        return AsOf(valid_at=moment or self.tx.now, known_at=self.tx.head().position)

    def top(self, moment: datetime | None) -> list[FactRow]:
        """Return what stands at a moment (None: now), and what disagrees with it about that."""
        at = self.at(moment)
        first = standing(self.rows, (), at, is_single=self.is_single)
        if not self.is_single:
            return first
        ids = {row.id for row in first}
        pairs = [{one.fact_id, one.other_id} for one in self.disputes if is_open(one, at.known_at)]
        ids |= {one for pair in pairs if pair & ids for one in pair}
        return [row for row in self.rows if row.id in ids and covers(row, at)]

    def says(self, row: FactRow, value: JsonObject) -> bool:
        try:
            return is_same(self.kernel.open_json(row.value), value)
        except KeyErased:
            return False


def learn(kernel: Kernel, tx: Transaction, fact: NewFact, *, reason: str) -> Learnt:
    """Take in what somebody says; `reason` is given, in our words, for what it replaces.

    The same said again is evidence. What a business file says again otherwise replaces what that
    file said, whatever the predicate.
    """
    ground = _ground(kernel, tx, fact)
    twin = _twin(ground, fact)
    if twin is not None:
        return _evidence(ground, fact, twin)
    if fact.author == OPERATOR:
        return take_word(kernel, tx, new_record(kernel, tx, fact), reason=reason)
    if ground.spec.protected or not fits(fact.value, ground.spec):
        return _propose(ground, fact, None)
    if not ground.is_single:
        return _assert(ground, new_record(kernel, tx, fact))
    return _against(ground, fact, reason)


def propose(kernel: Kernel, tx: Transaction, fact: NewFact, *, task_id: str | None) -> Learnt:
    """Propose a fact for the operator to confirm, unless it is known or proposed already."""
    ground = _ground(kernel, tx, fact)
    twin = _twin(ground, fact)
    return _evidence(ground, fact, twin) if twin else _propose(ground, fact, task_id)


def take_word(kernel: Kernel, tx: Transaction, record: FactRecord, *, reason: str) -> Learnt:
    """Assert what the operator said or agreed to, and let it replace what it contradicts.

    Without a stated beginning it is a change from now on where something stood before, and a
    decision, for as long as they were said to hold, where sources disagreed.
    """
    ground = _ground(kernel, tx, record)
    rivals = [row for row in ground.top(record.valid_from) if _replaces(ground, record, row)]
    if record.valid_from is None and ground.rows and ground.is_single:
        beginning = _since(ground, record, rivals)
        record = record.model_copy(update={"valid_from": beginning})
    learnt = _assert(ground, record, supersedes=rivals[-1].id if rivals else None)
    for row in rivals:
        _give_way(ground, row, record, reason)
    return learnt


def _ground(kernel: Kernel, tx: Transaction, fact: NewFact | FactRecord) -> _Ground:
    spec = kernel.business.predicate(fact.predicate)
    known = versions(tx, Key.of(fact))
    rows = [row for row in known if row.asserted_position is not None and row.gone_position is None]
    if spec.cardinality != "single" and fact.source_file is not None:
        rows = [row for row in rows if row.source_file == fact.source_file]
    return _Ground(
        kernel=kernel,
        tx=tx,
        spec=spec,
        rows=tuple(rows),
        proposed=tuple(row for row in known if row.state == "proposed"),
        disputes=tuple(disputes_of(tx, rows)),
    )


def _twin(ground: _Ground, fact: NewFact) -> FactRow | None:
    """Return the fact, or the proposal, that says the same of the same time; or None."""
    same = [row for row in ground.top(fact.valid_from) if ground.says(row, fact.value)]
    if fact.author == OPERATOR:
        return next((row for row in same if _is_word(row, fact)), None)
    moment = fact.valid_from or ground.tx.now
    waiting = [
        row
        for row in ground.proposed
        if begins(row) <= moment and (row.valid_to is None or moment < row.valid_to)
        if ground.says(row, fact.value)
    ]
    return next(iter([*same, *waiting]), None)


def _is_word(row: FactRow, fact: NewFact) -> bool:
    """Return whether a fact is the operator's own word already, for the same time and level."""
    return (
        row.state == "asserted"
        and row.label.trust is Trust.OPERATOR
        and row.label.level is fact.label.level
        and fact.valid_from in (None, row.valid_from)
        and fact.valid_to == row.valid_to
        and row.until is None
    )


def _against(ground: _Ground, fact: NewFact, reason: str) -> Learnt:
    """Take in a single value of somebody else's, beside what stands at its time."""
    top = ground.top(fact.valid_from)
    if any(row.label.trust is Trust.OPERATOR for row in top):
        return _propose(ground, fact, None)
    record = new_record(ground.kernel, ground.tx, fact)
    is_same_file = fact.source_file is not None and all(
        row.source_file == fact.source_file for row in top
    )
    if fact.valid_from is None and top and is_same_file:
        record = record.model_copy(update={"valid_from": ground.tx.now})
    start = record.valid_from
    earlier = [row for row in top if start is not None and begins(row) < start]
    same_time = [row for row in top if row not in earlier]
    learnt = _assert(ground, record, supersedes=earlier[-1].id if earlier else None)
    for row in earlier:
        _give_way(ground, row, record, reason)
    for row in same_time:
        append_fact(ground.tx, record, FactDisputed(fact_id=record.fact_id, other_id=row.id))
        supersede_citing(ground.tx, row.id)
    return Learnt(outcome="disputed", fact_id=record.fact_id) if same_time else learnt


def _replaces(ground: _Ground, record: FactRecord, row: FactRow) -> bool:
    """Return whether a word of the operator's concerns a fact at all."""
    is_own_file = record.source_file is not None and row.source_file == record.source_file
    return row.id != record.fact_id and (ground.is_single or is_own_file)


def _since(ground: _Ground, record: FactRecord, rivals: list[FactRow]) -> datetime | None:
    """Return from when an undated word of the operator's holds, where versions stand already."""
    value = ground.kernel.open_json(record.value)
    is_decision = any(row.state == "disputed" for row in rivals)
    if is_decision or (rivals and all(ground.says(row, value) for row in rivals)):
        return min(rivals, key=begins).valid_from
    return ground.tx.now


def _give_way(ground: _Ground, row: FactRow, record: FactRecord, reason: str) -> None:
    """Close or replace a fact that stood at the beginning of a newer word.

    An earlier one is closed there, unless it goes on behind the end of the newer one, is closed
    already, or is disputed: then the order of their beginnings tells.
    """
    start, end = record.valid_from, record.valid_to
    if start is None or begins(row) >= start:
        replace_fact(ground.tx, row, record.fact_id, reason=reason)
    elif row.state == "asserted" and row.until is None and _is_over_by(row, end):
        replace_fact(ground.tx, row, record.fact_id, reason=reason, until=start)
    elif start <= ground.tx.now:
        supersede_citing(ground.tx, row.id)


def _is_over_by(row: FactRow, end: datetime | None) -> bool:
    return end is None or (row.valid_to is not None and row.valid_to <= end)


def _assert(ground: _Ground, record: FactRecord, *, supersedes: str | None = None) -> Learnt:
    append_fact(ground.tx, record, FactAsserted(fact=record, supersedes=supersedes))
    return Learnt(outcome="asserted", fact_id=record.fact_id)


def _propose(ground: _Ground, fact: NewFact, task_id: str | None) -> Learnt:
    record = new_record(ground.kernel, ground.tx, fact)
    proposed = FactProposed(fact=record, task_id=task_id)
    append_fact(ground.tx, record, proposed, task_id=task_id)
    return Learnt(outcome="proposed", fact_id=record.fact_id)


def _evidence(ground: _Ground, fact: NewFact, twin: FactRow) -> Learnt:
    is_word = fact.author == OPERATOR
    review_at = next_review(ground.kernel, ground.tx, fact.predicate) if is_word else None
    evidenced = FactEvidenced(
        fact_id=twin.id,
        source_event=fact.source_event,
        source_file=fact.source_file,
        span=fact.span,
        author=fact.author,
        import_id=fact.import_id,
        confidence=fact.confidence,
        review_at=fact.review_at or review_at,
    )
    append_fact(ground.tx, twin, evidenced)
    return Learnt(outcome="evidenced", fact_id=twin.id)

"""Owns facts as they stand: by key and moment, corrected, retracted; never overwritten.

A reply that waits and cites a fact which no longer holds is superseded, and its task decided anew.
What becomes of something newly said stands in fact_learning.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aios_defs.core.actions import STOPPABLE
from aios_defs.core.as_of import AsOf, standing
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.facts import FactAsserted, FactRecord, FactRetracted, FactSuperseded
from aios_defs.core.events.registry import EventData
from aios_defs.core.labels import Label, stricter_level
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import DisputeRow, FactRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.packs import subject_ref
from aios_defs.services.stopping import redo_task

OPERATOR = "operator"
"""The author of what the operator said."""
_STANDS = ("asserted", "disputed")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """A fact on its way in; of the house, unless `subject_id` names the profile it is about.

    `author` is who says so, as an actor: `operator`, `agent:support`, `import`.
    """

    topic: str | None
    predicate: str
    value: JsonObject
    label: Label
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    source_event: str | None = None
    source_file: str | None = None
    span: tuple[int, int] | None = None
    subject_id: str | None = None
    confidence: float = 1.0
    author: str = OPERATOR
    import_id: str | None = None
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What versions of a fact share: whom, what it is about, and which predicate."""

    subject_id: str | None
    topic: str | None
    predicate: str

    @classmethod
    def of(cls, fact: FactRow | NewFact | FactRecord) -> "Key":
        """Return the key of a fact."""
        return cls(subject_id=fact.subject_id, topic=fact.topic, predicate=fact.predicate)


def versions(view: View, key: Key) -> list[FactRow]:
    """Return every version of a key, of all profiles that are one with its subject, by position."""
    whose = None if key.subject_id is None else members(view, key.subject_id)
    return view.select(
        FactRow,
        subject_id=whose,
        topic=key.topic,
        predicate=key.predicate,
        order="position",
    )


def disputes_of(view: View, rows: list[FactRow]) -> list[DisputeRow]:
    """Return the disputes, open and over, that began with one of these facts."""
    ids = tuple(row.id for row in rows)
    return view.select(DisputeRow, fact_id=ids) if ids else []


def stands(kernel: Kernel, view: View, key: Key, at: AsOf) -> list[FactRow]:
    """Return what stands of a key as of a point on both axes, the latest last."""
    rows = versions(view, key)
    is_single = kernel.business.predicate(key.predicate).cardinality == "single"
    return standing(rows, disputes_of(view, rows), at, is_single=is_single)


def current_fact(kernel: Kernel, view: View, key: Key) -> FactRow | None:
    """Return the fact of a key that stands now (the latest of many), or None."""
    found = stands(kernel, view, key, now_at(kernel, view))
    return found[-1] if found else None


def now_at(kernel: Kernel, view: View) -> AsOf:
    """Return the point of what is known now and valid now."""
    return AsOf(valid_at=kernel.clock.now(), known_at=view.head().position)


def new_record(kernel: Kernel, tx: Transaction, fact: NewFact) -> FactRecord:
    """Return a new fact sealed, with an id, and with its level and review date by its predicate."""
    ref = kernel.vault.house if fact.subject_id is None else subject_ref(tx, fact.subject_id)
    return FactRecord(
        fact_id=kernel.ids.new(),
        subject_id=fact.subject_id,
        topic=fact.topic,
        predicate=fact.predicate,
        value=kernel.seal_json(ref, fact.value),
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        source_event=fact.source_event,
        source_file=fact.source_file,
        span=fact.span,
        label=_label(kernel, fact),
        confidence=fact.confidence,
        author=fact.author,
        import_id=fact.import_id,
        review_at=fact.review_at or next_review(kernel, tx, fact.predicate),
    )


def _label(kernel: Kernel, fact: NewFact) -> Label:
    """Return the label of a new fact: of somebody at its predicate's level, or stricter.

    The operator's word has the level that it was said with.
    """
    if fact.subject_id is None or fact.author == OPERATOR:
        return fact.label
    level = stricter_level(fact.label.level, kernel.business.predicate(fact.predicate).level)
    return fact.label.model_copy(update={"level": level})


def next_review(kernel: Kernel, tx: Transaction, predicate: str) -> datetime | None:
    """Return when what is said now of a predicate should be looked at again; None: never."""
    days = kernel.business.predicate(predicate).review_days
    return tx.now + timedelta(days=days) if days else None


def record_of(row: FactRow, **changes: object) -> FactRecord:
    """Return a row as the record that it was made from, with some fields changed."""
    has_span = row.span_start is not None and row.span_end is not None
    fields: dict[str, object] = {
        "fact_id": row.id,
        "subject_id": row.subject_id,
        "topic": row.topic,
        "predicate": row.predicate,
        "value": row.value,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source_event": row.source_event,
        "source_file": row.source_file,
        "span": (row.span_start, row.span_end) if has_span else None,
        "label": row.label,
        "confidence": row.confidence,
        "author": row.author,
        "import_id": row.import_id,
        "review_at": row.review_at,
    }
    return FactRecord.model_validate(fields | changes)


def assert_in_place(
    kernel: Kernel, tx: Transaction, fact: NewFact, former: FactRow | None, *, reason: str
) -> str:
    """Assert a fact, in place of a former one for all time if there is one; returns its id."""
    record = new_record(kernel, tx, fact)
    append_fact(tx, record, FactAsserted(fact=record, supersedes=former.id if former else None))
    if former is not None:
        replace_fact(tx, former, record.fact_id, reason=reason)
    return record.fact_id


def replace_fact(
    tx: Transaction, former: FactRow, by: str, *, reason: str, until: datetime | None = None
) -> None:
    """Supersede a fact: from `until` on by a change, or for all time by a correction."""
    superseded = FactSuperseded(fact_id=former.id, by=by, reason=reason, until=until)
    append_fact(tx, former, superseded)
    if until is None or until <= tx.now:
        supersede_citing(tx, former.id)


def retract_fact(
    tx: Transaction, fact_id: str, *, reason: str, until: datetime | None = None
) -> None:
    """Retract a fact for all time or from `until` on, or reject a proposed one.

    Raises:
        UnknownId: there is no such fact.
        TransitionRefused: it holds for no time any more.

    """
    row = known_fact(tx, fact_id)
    is_history = row.state == "superseded" and row.gone_position is None and until is None
    if row.state not in (*_STANDS, "proposed") and not is_history:
        raise TransitionRefused(
            f"Fact {fact_id} is {row.state}.",
            remedy=f"Look at it with: aios memory history {fact_id}",
            state=row.state,
        )
    append_fact(tx, row, FactRetracted(fact_id=fact_id, reason=reason, until=until))
    supersede_citing(tx, fact_id)


def known_fact(view: View, fact_id: str) -> FactRow:
    """Return a fact; raises UnknownId."""
    row = view.get(FactRow, fact_id)
    if row is None:
        raise UnknownId(f"There is no fact {fact_id!r}.", remedy="See: aios inbox", id=fact_id)
    return row


def supersede_citing(tx: Transaction, fact_id: str) -> None:
    """Supersede what waits and cites a fact that changed; its tasks are decided anew."""
    for action in tx.select(ActionRow, state=STOPPABLE):
        if fact_id not in action.cited_facts:
            continue
        task = tx.get(TaskRow, action.task_id)
        if task is not None and task.state is TaskState.WAITING:
            redo_task(tx, task, "fact_changed")


def stop_unfounded(kernel: Kernel, tx: Transaction, action: ActionRow, task: TaskRow) -> bool:
    """Redo the task of an action that states a fact which does not stand now; returns whether.

    A fact may run out, or a later one begin, without an event that could tell what waits.
    """
    rows = [tx.get(FactRow, one) for one in action.cited_facts]
    if all(row is None or is_standing(kernel, tx, row) for row in rows):
        return False
    redo_task(tx, task, "fact_changed")
    return True


def is_standing(kernel: Kernel, view: View, row: FactRow) -> bool:
    """Return whether a fact holds now, and no other of its key stands in its place."""
    now = now_at(kernel, view)
    if not holds(row, now.valid_at):
        return False
    return any(one.id == row.id for one in stands(kernel, view, Key.of(row), now))


def holds(row: FactRow, now: datetime) -> bool:
    """Return whether a fact is asserted, undisputed, and valid at an instant."""
    has_begun = row.valid_from is None or row.valid_from <= now
    return row.state == "asserted" and has_begun and (row.ends is None or now < row.ends)


def append_fact(
    tx: Transaction, of: FactRow | FactRecord, data: EventData, *, task_id: str | None = None
) -> None:
    """Append an event about a fact; a proposal belongs to the story of its task."""
    fact_id = of.id if isinstance(of, FactRow) else of.fact_id
    tx.append(
        Draft(
            stream=f"fact-{fact_id}",
            data=data,
            correlation_id=task_id or fact_id,
            subject=of.subject_id,
        )
    )

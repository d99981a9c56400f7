"""Owns facts: asserted, superseded, retracted; never overwritten.

A reply that waits and cites a fact which no longer holds is superseded, and its task decided anew.
"""

from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.actions import STOPPABLE
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.facts import FactAsserted, FactRecord, FactRetracted, FactSuperseded
from aios_defs.core.events.registry import EventData
from aios_defs.core.labels import Label
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.kernel import Kernel
from aios_defs.services.packs import subject_ref
from aios_defs.services.stopping import redo_task


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """A fact on its way in; of the house, unless `subject_id` names the profile it is about."""

    topic: str | None
    predicate: str
    value: JsonObject
    label: Label
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    source_event: str | None = None
    source_file: str | None = None
    subject_id: str | None = None


def assert_fact(kernel: Kernel, tx: Transaction, fact: NewFact, *, reason: str) -> str:
    """Assert a fact of the house in place of the one of its topic and predicate; returns its id."""
    former = current_fact(tx, fact.topic, fact.predicate)
    return assert_in_place(kernel, tx, fact, former, reason=reason)


def assert_in_place(
    kernel: Kernel, tx: Transaction, fact: NewFact, former: FactRow | None, *, reason: str
) -> str:
    """Assert a fact, in place of a former one if there is one; returns its id."""
    owner = fact.subject_id
    ref = kernel.vault.house if owner is None else subject_ref(tx, owner)
    record = FactRecord(
        fact_id=kernel.ids.new(),
        subject_id=owner,
        topic=fact.topic,
        predicate=fact.predicate,
        value=kernel.seal_json(ref, fact.value),
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        source_event=fact.source_event,
        source_file=fact.source_file,
        label=fact.label,
    )
    asserted = FactAsserted(fact=record, supersedes=former.id if former else None)
    _append(tx, record.fact_id, asserted, owner)
    if former is not None:
        superseded = FactSuperseded(fact_id=former.id, by=record.fact_id, reason=reason)
        _append(tx, former.id, superseded, owner)
        supersede_citing(tx, former.id)
    return record.fact_id


def current_fact(
    view: View, topic: str | None, predicate: str, subject_id: str | None = None
) -> FactRow | None:
    """Return the asserted fact on a topic, of the house unless a profile is named; or None."""
    rows = view.select(
        FactRow,
        subject_id=subject_id,
        topic=topic,
        predicate=predicate,
        state="asserted",
        order="position",
    )
    return rows[-1] if rows else None


def retract_fact(tx: Transaction, fact_id: str, *, reason: str) -> None:
    """Retract a fact or reject a proposed one; raises UnknownId, TransitionRefused."""
    row = tx.get(FactRow, fact_id)
    if row is None:
        raise UnknownId(f"There is no fact {fact_id!r}.", remedy="See: aios inbox", id=fact_id)
    if row.state not in ("asserted", "proposed", "disputed"):
        raise TransitionRefused(
            f"Fact {fact_id} is {row.state}.",
            remedy=f"Look at it with: aios trace {fact_id}",
            state=row.state,
        )
    _append(tx, fact_id, FactRetracted(fact_id=fact_id, reason=reason), row.subject_id)
    supersede_citing(tx, fact_id)


def supersede_citing(tx: Transaction, fact_id: str) -> None:
    """Supersede what waits and cites a fact that changed; its tasks are decided anew."""
    for action in tx.select(ActionRow, state=STOPPABLE):
        if fact_id not in action.cited_facts:
            continue
        task = tx.get(TaskRow, action.task_id)
        if task is not None and task.state is TaskState.WAITING:
            redo_task(tx, task, "fact_changed")


def stop_unfounded(tx: Transaction, action: ActionRow, task: TaskRow) -> bool:
    """Redo the task of an action that states a fact which does not hold now; returns whether.

    A fact may run out (`valid_to`) without an event that could tell what waits.
    """
    rows = [tx.get(FactRow, one) for one in action.cited_facts]
    if all(row is None or holds(row, tx.now) for row in rows):
        return False
    redo_task(tx, task, "fact_changed")
    return True


def holds(row: FactRow, now: datetime) -> bool:
    """Return whether a fact is asserted and valid at an instant."""
    has_begun = row.valid_from is None or row.valid_from <= now
    return row.state == "asserted" and has_begun and (row.valid_to is None or now < row.valid_to)


def _append(tx: Transaction, fact_id: str, data: EventData, owner: str | None) -> None:
    stream = f"fact-{fact_id}"
    tx.append(Draft(stream=stream, data=data, correlation_id=fact_id, subject=owner))

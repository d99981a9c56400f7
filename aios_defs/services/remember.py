"""Owns the operator's word on what an agent proposed to remember: it becomes a fact as it is.

Taint stays: a fact that came from outside is believed no more for having been approved (G5).
"""

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.facts import FactAsserted, FactRecord, FactSuperseded
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.facts import current_fact, supersede_citing
from aios_defs.services.kernel import Kernel


def remember(kernel: Kernel, fact_id: str) -> FactRow:
    """Assert a proposed or disputed fact, in place of the one it contradicts; returns it.

    Raises:
        UnknownId: there is no such fact.
        TransitionRefused: nobody asks about it (any more).

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = _asked_about(tx, fact_id)
        former = current_fact(tx, row.topic, row.predicate, row.subject_id)
        asserted = FactAsserted(fact=_record(row), supersedes=former.id if former else None)
        tx.append(_draft(row, asserted))
        if former is not None:
            superseded = FactSuperseded(fact_id=former.id, by=row.id, reason="the operator agreed")
            tx.append(_draft(former, superseded))
            supersede_citing(tx, former.id)
        return row.but(state="asserted", supersedes=former.id if former else None)


def _asked_about(tx: Transaction, fact_id: str) -> FactRow:
    row = tx.get(FactRow, fact_id)
    if row is None:
        raise UnknownId(f"There is no fact {fact_id!r}.", remedy="See: aios inbox", id=fact_id)
    if row.state not in ("proposed", "disputed"):
        raise TransitionRefused(
            f"Fact {fact_id} is {row.state}.",
            remedy=f"Look at it with: aios trace {fact_id}",
            state=row.state,
        )
    return row


def _record(row: FactRow) -> FactRecord:
    has_span = row.span_start is not None and row.span_end is not None
    return FactRecord.model_validate(
        {
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
        }
    )


def _draft(row: FactRow, data: FactAsserted | FactSuperseded) -> Draft:
    return Draft(stream=f"fact-{row.id}", data=data, correlation_id=row.id, subject=row.subject_id)

"""Owns the operator's word on what waits: a proposed fact, or which of two disagreeing ones holds.

Taint stays: a fact that came from outside is believed no more for having been approved (G5).
"""

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.events.facts import FactEvidenced, FactRetracted
from aios_defs.core.fact_values import is_same
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.fact_conflicts import settle
from aios_defs.services.fact_learning import take_word
from aios_defs.services.facts import (
    Key,
    append_fact,
    current_fact,
    known_fact,
    record_of,
)
from aios_defs.services.kernel import Kernel

AGREED = "the operator agreed"
KNOWN_ALREADY = "it was known already"


def remember(kernel: Kernel, fact_id: str) -> FactRow:
    """Assert a proposed fact, or keep a disputed one instead of those it disagrees with.

    Returns the fact that holds now: the one that said so already, if there is one.

    Raises:
        UnknownId: there is no such fact.
        TransitionRefused: nobody asks about it (any more).

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = known_fact(tx, fact_id)
        if row.state == "disputed":
            settle(tx, row)
        elif row.state == "proposed":
            fact_id = _agree(kernel, tx, row)
        else:
            raise TransitionRefused(
                f"Fact {fact_id} is {row.state}.",
                remedy=f"Look at it with: aios memory history {fact_id}",
                state=row.state,
            )
        return known_fact(tx, fact_id)


def _agree(kernel: Kernel, tx: Transaction, row: FactRow) -> str:
    current = current_fact(kernel, tx, Key.of(row))
    value = kernel.open_json(row.value)
    if current is not None and is_same(kernel.open_json(current.value), value):
        has_span = row.span_start is not None and row.span_end is not None
        evidenced = FactEvidenced(
            fact_id=current.id,
            source_event=row.source_event,
            source_file=row.source_file,
            span=(row.span_start or 0, row.span_end or 0) if has_span else None,
            author=row.author,
            import_id=row.import_id,
            confidence=row.confidence,
        )
        append_fact(tx, current, evidenced)
        append_fact(tx, row, FactRetracted(fact_id=row.id, reason=KNOWN_ALREADY))
        return current.id
    return take_word(kernel, tx, record_of(row), reason=AGREED).fact_id

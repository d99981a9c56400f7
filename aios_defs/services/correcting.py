"""Owns the operator's word on a fact that stands: corrected to another value, or retracted.

What waits and cites it is superseded and its task decided anew, also within its undo window; what
is on the wire or done is left, and shown as citing what no longer holds. A fact of a business file
is corrected for as long as its line there stays as it is: a changed line is the newer word.
"""

from aios_defs.core.errors import TransitionRefused, UsageInvalid
from aios_defs.core.events.facts import FactAsserted
from aios_defs.core.fact_values import fits, read_value, wanted
from aios_defs.core.labels import Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.money import with_currency
from aios_defs.core.ports import Transaction
from aios_defs.core.predicates import Predicate
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.fact_conflicts import sides
from aios_defs.services.facts import (
    Key,
    NewFact,
    append_fact,
    assert_in_place,
    current_fact,
    known_fact,
    record_of,
    replace_fact,
    retract_fact,
)
from aios_defs.services.kernel import Kernel
from aios_defs.services.lowering import former_label

CORRECTED = "the operator corrected it"
REASONS = {"wrong": "it was never true", "over": "it is not true any more"}
"""Why a fact is retracted, in our words: what it was about stays sealed."""


def correct(kernel: Kernel, fact_id: str, text: str) -> str:
    """Say what a fact really is; returns the id of the one that holds now.

    An amount such as `49 EUR` is money, anything else text. Its level and validity stay; it is
    believed as the operator's own from now on.

    Raises:
        UnknownId: there is no such fact.
        TransitionRefused: another one has taken its place already.
        UsageInvalid: it says nothing, nothing new, or no amount where one was.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = _correctable(kernel, tx, fact_id)
        value = _value(kernel, row, text)
        fact = NewFact(
            topic=row.topic,
            predicate=row.predicate,
            value=value,
            label=former_label(tx, row).model_copy(update={"trust": Trust.OPERATOR}),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            subject_id=row.subject_id,
        )
        former = row if row.state in ("asserted", "disputed") else None
        others = [one for one in sides(tx, row) if one.id != row.id]
        fact_id = assert_in_place(kernel, tx, fact, former, reason=CORRECTED)
        for one in others:
            replace_fact(tx, one, fact_id, reason=CORRECTED)
        return fact_id


def retract(kernel: Kernel, fact_id: str, reason: str) -> None:
    """Take a fact back: nothing uses it any more; its history stays.

    Raises:
        UnknownId: there is no such fact.
        TransitionRefused: it does not stand any more.
        UsageInvalid: the reason is none of REASONS.

    """
    if reason not in REASONS:
        raise UsageInvalid(
            f"{reason!r} is no reason.", remedy=f"Give one of: {', '.join(REASONS)}."
        )
    with kernel.ledger.transaction(actor="operator") as tx:
        _take_back(kernel, tx, fact_id, reason)


def _take_back(kernel: Kernel, tx: Transaction, fact_id: str, reason: str) -> None:
    """Retract for all time what was never true, and from now on what is over.

    What a change closed for a time to come can't be closed twice: a copy that ends now replaces it.
    """
    row = known_fact(tx, fact_id)
    if reason != "over" or row.state not in ("asserted", "disputed"):
        retract_fact(tx, fact_id, reason=REASONS[reason])
    elif row.until is None:
        retract_fact(tx, fact_id, reason=REASONS[reason], until=tx.now)
    else:
        copy = record_of(row, fact_id=kernel.ids.new(), valid_to=tx.now)
        append_fact(tx, copy, FactAsserted(fact=copy, supersedes=row.id))
        replace_fact(tx, row, copy.fact_id, reason=REASONS[reason])


def can_correct(row: FactRow) -> bool:
    """Return whether a fact can be corrected, as far as its own state says."""
    return row.state in ("asserted", "disputed", "retracted")


def _correctable(kernel: Kernel, tx: Transaction, fact_id: str) -> FactRow:
    row = known_fact(tx, fact_id)
    current = None
    if row.state == "retracted" and row.subject_id is None:
        current = current_fact(kernel, tx, Key.of(row))
    if not can_correct(row) or current is not None:
        newer = current.id if current else row.superseded_by
        raise TransitionRefused(
            f"Fact {fact_id} is {row.state}: another one stands in its place.",
            remedy=f"Look at it with: aios trace {newer or fact_id}",
            state=row.state,
        )
    return row


def _value(kernel: Kernel, row: FactRow, text: str) -> JsonObject:
    if not text.strip():
        raise UsageInvalid("A correction says something.", remedy="Write it, or retract the fact.")
    former = kernel.open_json(row.value)
    spec = kernel.business.predicate(row.predicate)
    if not fits(former, spec):
        spec = Predicate(name=row.predicate)
    if "amount_minor" in former:
        spec = spec.model_copy(update={"type": "money"})
    value = read_value(with_currency(text, str(former.get("currency", ""))), spec)
    if value is None:
        raise UsageInvalid(
            f"The fact is {wanted(spec)}; the correction is none.", remedy="Write it like that."
        )
    if "title" in former:
        value["title"] = former["title"]
    if value == former and row.state != "retracted":
        raise UsageInvalid(
            "That is what the fact says already.", remedy="Nothing to do, or write another value."
        )
    return value

"""Owns facts that disagree: listed side by side, and settled by the operator alone.

Every conflict stays open until the operator decides it. What is dropped keeps its history, so that
the decision can be taken back (fact_rollback).
"""

from collections.abc import Iterable

from aios_defs.core.errors import KeyErased
from aios_defs.core.events.facts import FactDisputed, FactSettled
from aios_defs.core.fact_values import is_same
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.facts import DisputeRow, FactRow
from aios_defs.services.facts import append_fact, holds, replace_fact, supersede_citing
from aios_defs.services.kernel import Kernel

DECIDED = "the operator decided between sources that disagree"
PARTED = "they are about different people again"


def conflicts(view: View) -> list[FactRow]:
    """Return the facts whose card asks about a conflict, oldest first: one for each conflict."""
    return view.select(FactRow, asks=True, state="disputed", order="position")


def sides(view: View, row: FactRow) -> list[FactRow]:
    """Return a fact and all that it disagrees with, oldest first."""
    others = (view.get(FactRow, one) for one in _against(view, row.id))
    return sorted([row, *(one for one in others if one)], key=lambda one: one.position)


def settle(tx: Transaction, kept: FactRow) -> None:
    """Keep one of several facts that disagree; those it disagrees with are superseded by it."""
    for row in sides(tx, kept):
        if row.id != kept.id:
            replace_fact(tx, row, kept.id, reason=DECIDED)


def dispute_merged(kernel: Kernel, tx: Transaction, ones: Iterable[str], of: Iterable[str]) -> int:
    """Dispute what two groups of profiles, one subject now, say differently; returns how many.

    Only what holds now of a single-valued predicate is compared. What the operator said of one of
    them is compared as well: they said it of somebody else.
    """
    mine, theirs = _held(kernel, tx, ones), _held(kernel, tx, of)
    count = 0
    for key in sorted(mine.keys() & theirs.keys(), key=str):
        older, newer = sorted((mine[key], theirs[key]), key=lambda row: row.position)
        if not _agree(kernel, older, newer):
            append_fact(tx, newer, FactDisputed(fact_id=newer.id, other_id=older.id))
            supersede_citing(tx, newer.id)
            supersede_citing(tx, older.id)
            count += 1
    return count


def _agree(kernel: Kernel, one: FactRow, other: FactRow) -> bool:
    """Return whether two facts say the same; what was erased says nothing."""
    try:
        return is_same(kernel.open_json(one.value), kernel.open_json(other.value))
    except KeyErased:
        return True


def settle_parted(tx: Transaction, ones: Iterable[str], of: Iterable[str]) -> None:
    """End the disputes between two groups of profiles that are not one any more."""
    theirs = set(of)
    for row in tx.select(FactRow, subject_id=tuple(ones), state="disputed"):
        for one in _against(tx, row.id):
            other = tx.get(FactRow, one)
            if other is not None and other.subject_id in theirs:
                settled = FactSettled(fact_id=row.id, other_id=other.id, reason=PARTED)
                append_fact(tx, row, settled)


def _held(
    kernel: Kernel, tx: Transaction, profile_ids: Iterable[str]
) -> dict[tuple[str | None, str], FactRow]:
    """Return the single value that holds now of each topic and predicate."""
    rows = tx.select(FactRow, subject_id=tuple(profile_ids), state="asserted", order="position")
    found: dict[tuple[str | None, str], FactRow] = {}
    for row in rows:
        is_single = kernel.business.predicate(row.predicate).cardinality == "single"
        if is_single and holds(row, tx.now):
            found[row.topic, row.predicate] = row
    return found


def _against(view: View, fact_id: str) -> list[str]:
    began = view.select(DisputeRow, fact_id=fact_id, settled_position=None)
    met = view.select(DisputeRow, other_id=fact_id, settled_position=None)
    return [*(one.other_id for one in began), *(one.fact_id for one in met)]

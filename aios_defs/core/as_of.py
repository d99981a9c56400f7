"""Owns what a set of facts says as of an instant of validity and a position of knowledge.

Pure, over rows; the definition is that of decision 0015. A fact counts that was asserted by then
and is neither retracted nor replaced for all time by then, and whose interval, as far as it was
closed by then, holds the instant. Of a single-valued predicate the one with the latest `valid_from`
stands, of equal ones the latest recorded; if that one was disputed then, none does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aios_defs.core.rows.facts import DisputeRow, FactRow

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Stands for a `valid_from` that nobody stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """A point on both axes: valid at an instant, as known at a ledger position."""

    valid_at: datetime
    known_at: int


def begins(row: FactRow) -> datetime:
    """Return since when a fact is valid; ALWAYS when nobody stated it."""
    return row.valid_from or ALWAYS


def ended(row: FactRow, known_at: int) -> datetime | None:
    """Return when a fact's validity ends as it was known; None: open."""
    was_closed = row.closed_position is not None and row.closed_position <= known_at
    until = row.until if was_closed else None
    return min((one for one in (row.valid_to, until) if one), default=None)


def is_known(row: FactRow, known_at: int) -> bool:
    """Return whether a fact had been asserted and was not gone for all time."""
    if row.asserted_position is None or row.asserted_position > known_at:
        return False
    return row.gone_position is None or row.gone_position > known_at


def covers(row: FactRow, at: AsOf) -> bool:
    """Return whether a fact was known then, and its interval holds the instant."""
    if not is_known(row, at.known_at) or begins(row) > at.valid_at:
        return False
    end = ended(row, at.known_at)
    return end is None or at.valid_at < end


def is_open(dispute: DisputeRow, known_at: int) -> bool:
    """Return whether a dispute was open at a position."""
    settled = dispute.settled_position
    return dispute.position <= known_at and (settled is None or settled > known_at)


def standing(
    rows: Iterable[FactRow], disputes: Sequence[DisputeRow], at: AsOf, *, is_single: bool
) -> list[FactRow]:
    """Return the facts of one key that stand as of a point; at most one of a single-valued key.

    `disputes` are those between facts of the rows; one with a fact of somebody else does not count.
    """
    there = list(rows)
    ids = {row.id for row in there}
    disputed = {
        fact_id
        for one in disputes
        if is_open(one, at.known_at) and {one.fact_id, one.other_id} <= ids
        for fact_id in (one.fact_id, one.other_id)
    }
    found = sorted(
        (row for row in there if covers(row, at)),
        key=lambda row: (begins(row), row.asserted_position or 0),
    )
    if is_single:
        found = found[-1:]
    return [row for row in found if row.id not in disputed]

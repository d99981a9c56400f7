"""Owns going back: a fact to any of its versions, and all that one source taught.

Nothing is erased. A version comes back as a new one that says the same, and what stood in its place
is superseded; so going back can be taken back like anything else.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.events.facts import FactAsserted
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.facts import EvidenceRow, FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.facts import (
    Key,
    append_fact,
    is_standing,
    known_fact,
    record_of,
    replace_fact,
    retract_fact,
    versions,
)
from aios_defs.services.kernel import Kernel

ROLLED_BACK = "the operator went back to an earlier version"
UNTAUGHT = "what its source taught was taken back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What one source taught, and what taking that back would do.

    `retracted` would hold no more; `kept` somebody else said as well; `restored` are the versions
    that those retracted had replaced, and that would hold again.
    """

    source: str
    retracted: tuple[FactRow, ...]
    kept: tuple[FactRow, ...]
    restored: tuple[FactRow, ...]


def rollback_fact(kernel: Kernel, fact_id: str) -> str:
    """Let a version hold again instead of all that came after it; returns the id of its copy.

    Raises:
        UnknownId: there is no such fact.
        TransitionRefused: it never held, or holds already.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = known_fact(tx, fact_id)
        if row.asserted_position is None:
            raise TransitionRefused(
                f"Fact {fact_id} never held: it was only proposed.",
                remedy=f"Approve it if it waits still: aios approve {fact_id}",
                state=row.state,
            )
        later = _later(kernel, tx, row)
        if not later and is_standing(kernel, tx, row):
            raise TransitionRefused(
                f"Fact {fact_id} holds already.",
                remedy=f"Name the version to go back to: aios memory history {fact_id}",
                state=row.state,
            )
        return _restore(kernel, tx, row, later, ROLLED_BACK)


def taught_by(view: View, source: str) -> Taught:
    """Return what a source taught: the id of a message, event or import, an agent, or a file.

    An agent is named as an actor, `agent:support`. Writes nothing.

    Raises:
        UnknownId: it taught nothing.

    """
    message = view.get(MessageRow, source)
    names = {source, message.event_id} if message else {source}
    known = _of(view, names)
    if not known:
        raise UnknownId(
            f"Nothing is known that {source!r} taught.",
            remedy="Give the id of a message, an event or an import, an agent such as "
            "agent:support, or a business file.",
            id=source,
        )
    live = [row for row in known if row.gone_position is None and row.state != "retracted"]
    others = {row.fact_id for row in _evidence(view, live) if not _is_from(row, names)}
    retracted = [row for row in live if row.id not in others]
    gone = {row.id for row in retracted}
    restored = {
        row.id: row for one in retracted if (row := _before(view, one, gone, names)) is not None
    }
    return Taught(
        source=source,
        retracted=tuple(retracted),
        kept=tuple(row for row in live if row.id in others),
        restored=tuple(restored.values()),
    )


def untaught(kernel: Kernel, source: str) -> Taught:
    """Take back all that a source taught, as `taught_by` says; returns what was done.

    Raises:
        UnknownId: it taught nothing.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        found = taught_by(tx, source)
        for row in found.retracted:
            retract_fact(tx, row.id, reason=UNTAUGHT)
        for row in found.restored:
            _restore(kernel, tx, row, (), UNTAUGHT)
        return found


def _later(kernel: Kernel, tx: Transaction, row: FactRow) -> list[FactRow]:
    """Return the versions that took a version's place and hold for some time still."""
    is_single = kernel.business.predicate(row.predicate).cardinality == "single"
    found = [
        one
        for one in versions(tx, Key.of(row))
        if one.asserted_position is not None and one.gone_position is None and one.id != row.id
    ]
    if is_single:
        return [one for one in found if one.position > row.position]
    successors: set[str] = set()
    after = row.superseded_by
    while after is not None and after not in successors:
        successors.add(after)
        after = known_fact(tx, after).superseded_by
    return [one for one in found if one.id in successors]


def _restore(
    kernel: Kernel, tx: Transaction, row: FactRow, later: Iterable[FactRow], reason: str
) -> str:
    instead = [*later, *([row] if row.gone_position is None and row.state != "retracted" else [])]
    copy = record_of(row, fact_id=kernel.ids.new())
    supersedes = instead[0].id if instead else row.id
    append_fact(tx, copy, FactAsserted(fact=copy, supersedes=supersedes))
    for one in instead:
        replace_fact(tx, one, copy.fact_id, reason=reason)
    return copy.fact_id


def _before(view: View, row: FactRow, gone: set[str], names: set[str]) -> FactRow | None:
    """Return the version that a taught fact replaced and that nothing else has replaced since."""
    before = view.get(FactRow, row.supersedes) if row.supersedes else None
    while before is not None and _is_from(before, names):
        before = view.get(FactRow, before.supersedes) if before.supersedes else None
    if before is None or before.state == "retracted":
        return None
    return before if before.superseded_by in gone or before.superseded_by == row.id else None


def _of(view: View, names: set[str]) -> list[FactRow]:
    given = tuple(sorted(names))
    found = (
        *view.select(FactRow, source_event=given),
        *view.select(FactRow, import_id=given),
        *view.select(FactRow, author=given),
        *view.select(FactRow, source_file=given),
    )
    return sorted({row.id: row for row in found}.values(), key=lambda row: row.position)


def _evidence(view: View, rows: list[FactRow]) -> list[EvidenceRow]:
    ids = tuple(row.id for row in rows)
    return view.select(EvidenceRow, fact_id=ids) if ids else []


def _is_from(row: FactRow | EvidenceRow, names: set[str]) -> bool:
    return not names.isdisjoint({row.source_event, row.import_id, row.author, row.source_file})

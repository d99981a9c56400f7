"""Owns looking for profiles that may be the same, and proposing each two to the operator.

Nothing is merged here. What the operator kept apart is not asked again, between no two members of
the two wholes.
"""

from collections.abc import Iterator, Sequence

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import KeyErased
from aios_defs.core.events.profiles import DuplicateProposed
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.profiles import DuplicateRow, IdentityRow, ProfileRow
from aios_defs.services.identity.blocking import near_duplicates
from aios_defs.services.identity.duplicate_card import duplicate
from aios_defs.services.identity.likeness import Known, Likeness
from aios_defs.services.identity.whole import roots
from aios_defs.services.kernel import Kernel

_CURSOR = "duplicates"
_TOGETHER = 200
"""How many pairs one transaction proposes, the most alike first."""
_CHANGES = (
    "profile.created.v1",
    "profile.identified.v1",
    "profile.renamed.v1",
    "profile.described.v1",
    "profile.reverted.v1",
)


def look_for_duplicates(kernel: Kernel) -> int:
    """Propose the profiles that may be the same and were not asked about; returns how many pairs.

    Idempotent, and cheap while nobody became known since: then it reads no name.
    """
    with kernel.ledger.view() as view:
        row, head = view.get(CursorRow, _CURSOR), view.head().position
        after = int(row.value) if row else 0
        if next(view.events(after=after, types=_CHANGES, limit=1), None) is None:
            return 0
        found = _new_pairs(kernel, view)
    for start in range(0, len(found), _TOGETHER):
        with kernel.ledger.transaction(actor="memory") as tx:
            for one, other, likeness in found[start : start + _TOGETHER]:
                propose_pair(kernel, tx, (one, other), likeness)
    with kernel.ledger.transaction(actor="memory") as tx:
        tx.put(CursorRow(name=_CURSOR, value=str(head)))
    return len(found)


def _new_pairs(kernel: Kernel, view: View) -> list[tuple[str, str, Likeness]]:
    asked = view.select(DuplicateRow)
    leads = roots(view, (one for row in asked for one in (row.profile_id, row.other_id)))
    settled = {frozenset((leads[row.profile_id], leads[row.other_id])) for row in asked}
    pairs = [
        (min(one.id, other.id), max(one.id, other.id), likeness)
        for one, other, likeness in near_duplicates(everybody(kernel, view))
        if frozenset((one.id, other.id)) not in settled
    ]
    return sorted(pairs, key=lambda each: (-each[2].score, each[0], each[1]))


def everybody(kernel: Kernel, view: View) -> Iterator[Known]:
    """Yield every root that can be read, with the identities of all that are one with it."""
    rows = view.select(ProfileRow, is_withdrawn=False)
    leads = roots(view, (row.id for row in rows))
    addresses: dict[str, list[IdentityRow]] = {}
    for identity in view.select(IdentityRow, kind="address"):
        lead = leads.get(identity.profile_id)
        if lead is not None:
            addresses.setdefault(lead, []).append(identity)
    for row in rows:
        if row.merged_into is None:
            yield from _known(kernel, row, addresses.get(row.id, ()))


def _known(kernel: Kernel, row: ProfileRow, addresses: Sequence[IdentityRow]) -> Iterator[Known]:
    try:
        yield Known(
            row.id,
            row.kind,
            kernel.vault.open(row.name),
            tuple(kernel.vault.open(one.value) for one in addresses),
            company=row.company_id or "",
        )
    except KeyErased:
        return


def propose_pair(
    kernel: Kernel, tx: Transaction, pair: tuple[str, str], likeness: Likeness
) -> None:
    """Propose two profiles, the lower id first, as one; nothing if they were asked about before."""
    if tx.count(DuplicateRow, profile_id=pair[0], other_id=pair[1]):
        return
    proposed = DuplicateProposed(
        duplicate_id=kernel.ids.new(),
        profile_id=pair[0],
        other_id=pair[1],
        score=likeness.score,
        evidence=kernel.vault.seal(tx.draw_ref(), "; ".join(likeness.words)),
    )
    tx.append(
        Draft(
            stream=f"duplicate-{proposed.duplicate_id}",
            data=proposed,
            correlation_id=proposed.duplicate_id,
            subject=pair[0],
        ),
        expect=0,
    )


def open_duplicates(kernel: Kernel) -> list[JsonObject]:
    """Return those that wait for an answer, the most alike first, as their cards show them."""
    with kernel.ledger.view() as view:
        rows = view.select(DuplicateRow, state="open", order="-score")
        return [duplicate(kernel, view, row) for row in rows]

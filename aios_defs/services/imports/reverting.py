"""Owns what a profile would be without imports that were undone: its other events, folded again.

Merges and what waits to be decided are the operator's, and stay.
"""

from collections.abc import Iterator

from aios_defs.core.envelope import Draft, Envelope
from aios_defs.core.events.imports import MemoryImportStarted
from aios_defs.core.events.profiles import (
    ProfileCreated,
    ProfileDescribed,
    ProfileEndorsed,
    ProfileIdentified,
    ProfileRenamed,
    ProfileReverted,
)
from aios_defs.core.events.registry import parse_event
from aios_defs.core.ports import Transaction
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.imports import ImportRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import HintRow, IdentityRow, ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.identity.refolding import ProfileRows
from aios_defs.services.identity.whole import members

_TOLD = (ProfileIdentified, ProfileDescribed, ProfileEndorsed, ProfileRenamed)
_TYPES = tuple(one.type for one in (ProfileCreated, *_TOLD))


def revert(tx: Transaction, profile_id: str, import_id: str) -> None:
    """Append what a profile is without an import, and without those undone before."""
    created, told = _events(tx, profile_id)
    data = ProfileCreated.model_validate(created.data)
    is_taught = _is_undone(tx, created)
    if is_taught:
        strange = [one.model_copy(update={"basis": "inbound"}) for one in data.identities]
        data = data.model_copy(update={"origin": "inbound", "identities": tuple(strange)})
    rows = ProfileRows()
    fold(created, data, rows)
    for one in told:
        fold(one, parse_event(one.type, one.data), rows)
    profile = rows.get(ProfileRow, profile_id)
    assert profile is not None  # noqa: S101 - its creation was folded
    is_withdrawn = is_taught and not told and not _is_met(tx, profile_id)
    kept = [] if is_withdrawn else [key for _, key in rows.rows]
    lookups = [one.lookup for one in tx.select(IdentityRow, profile_id=profile_id)]
    hints = tx.select(HintRow, profile_id=profile_id)
    gone = [one for one in lookups if one not in kept]
    gone += [one.lookup for one in hints if one.id not in kept]
    reverted = ProfileReverted(
        profile_id=profile_id,
        import_id=import_id,
        name=profile.name,
        stage=profile.stage,  # type: ignore[arg-type]  # a row holds what an event put there
        status=profile.status,  # type: ignore[arg-type]  # as above
        company_id=profile.company_id,
        language=profile.language,
        is_endorsed=profile.is_endorsed,
        is_withdrawn=is_withdrawn,
        withdrawn=tuple(gone),
        inbound=tuple(_weakened(rows, lookups, gone)),
    )
    tx.append(
        Draft(
            stream=f"profile-{profile_id}",
            data=reverted,
            correlation_id=profile_id,
            subject=profile_id,
        )
    )


def _events(tx: Transaction, profile_id: str) -> tuple[Envelope, list[Envelope]]:
    """Return how a profile was created, and what was told of it but by undone imports."""
    created, *told = tx.events(stream=f"profile-{profile_id}", types=_TYPES)
    return created, [one for one in told if not _is_undone(tx, one)]


def _is_undone(tx: Transaction, event: Envelope) -> bool:
    cause = tx.event(event.causation_id) if event.causation_id else None
    if cause is None or cause.type != MemoryImportStarted.type:
        return False
    row = tx.get(ImportRow, str(cause.data["import_id"]))
    return row is not None and row.state == "undone"


def _is_met(tx: Transaction, profile_id: str) -> bool:
    """Return whether something else than what was undone stands on a profile."""
    return bool(
        len(members(tx, profile_id)) > 1
        or tx.count(InteractionRow, profile_id=profile_id)
        or tx.count(MessageRow, profile_id=profile_id)
        or tx.count(TaskRow, profile_id=profile_id)
        or tx.count(FactRow, subject_id=profile_id, state=("asserted", "proposed", "disputed"))
        or tx.count(ProfileRow, company_id=profile_id)
    )


def _weakened(rows: ProfileRows, lookups: list[str], gone: list[str]) -> Iterator[str]:
    for one in lookups:
        row = rows.get(IdentityRow, one)
        if one not in gone and row is not None and row.basis == "inbound":
            yield one

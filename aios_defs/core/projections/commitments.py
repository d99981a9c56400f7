"""Owns how commitments fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.commitments import CommitmentBroken, CommitmentKept, CommitmentMade
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.commitments import CommitmentRow


@reduces(CommitmentMade)
def _commitment_made(env: Envelope, data: CommitmentMade, rows: Rows) -> None:
    if data.replaces is not None:
        _end(env, rows, data.replaces, "replaced", data.commitment_id)
    rows.put(
        CommitmentRow(
            id=data.commitment_id,
            profile_id=data.profile_id,
            thread_id=data.thread_id,
            action_id=data.action_id,
            text=data.text,
            level=data.level,
            due=data.due,
            awaits=data.awaits,
            basis=data.basis,
            state="open",
            reason=None,
            ended_by=None,
            ended_position=None,
            made_at=env.time,
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(CommitmentKept)
def _commitment_kept(env: Envelope, data: CommitmentKept, rows: Rows) -> None:
    _end(env, rows, data.commitment_id, "kept", data.source_event)


@reduces(CommitmentBroken)
def _commitment_broken(env: Envelope, data: CommitmentBroken, rows: Rows) -> None:
    row = _end(env, rows, data.commitment_id, "broken", None)
    rows.put(row.but(reason=data.reason))


def _end(
    env: Envelope, rows: Rows, commitment_id: str, state: str, by: str | None
) -> CommitmentRow:
    row = must(rows.get(CommitmentRow, commitment_id), CommitmentRow, commitment_id)
    ended = row.but(state=state, ended_by=by, ended_position=env.position)
    rows.put(ended)
    return ended

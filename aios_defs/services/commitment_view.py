"""Owns showing commitments: those of somebody, those of all, those whose day is over."""

from zoneinfo import ZoneInfo

from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.identity.whole import members, root_of
from aios_defs.services.kernel import Kernel


def overdue_commitments(kernel: Kernel, view: View) -> list[CommitmentRow]:
    """Return the open promises whose day is over, that of the earliest first.

    Nobody waits for one that was made to somebody who was forgotten.
    """
    now = kernel.clock.now()
    rows = view.select(CommitmentRow, state="open", due__lt=now, order="due")
    return [row for row in rows if not _is_forgotten(view, row)]


def commitment_rows(
    view: View, subject_id: str | None = None, known_at: int | None = None
) -> list[CommitmentRow]:
    """Return what was promised, to somebody or to all: what is open first, the earliest day first.

    With `known_at` as it stood at that place of the ledger.
    """
    if subject_id is None:
        rows = view.select(CommitmentRow)
    else:
        rows = view.select(CommitmentRow, profile_id=members(view, subject_id))
    if known_at is not None:
        rows = [_then(row, known_at) for row in rows if row.position <= known_at]
    return sorted((row for row in rows if not _is_forgotten(view, row)), key=_by_urgency)


def _then(row: CommitmentRow, known_at: int) -> CommitmentRow:
    if row.ended_position is None or row.ended_position <= known_at:
        return row
    return row.but(state="open", reason=None, ended_by=None, ended_position=None)


def _by_urgency(row: CommitmentRow) -> tuple[bool, bool, str, int]:
    due = rfc3339(row.due) if row.due else ""
    return row.state != "open", row.due is None, due, row.position


def _is_forgotten(view: View, row: CommitmentRow) -> bool:
    profile = view.get(ProfileRow, row.profile_id)
    return profile is None or profile.is_withdrawn


def commitment_view(kernel: Kernel, view: View, row: CommitmentRow) -> JsonObject:
    """Return a commitment as it is shown.

    Shape: `id`, `text`, `to` (`id`, `name`), `due` (or None), `due_day` (the operator's day, or
    None), `is_overdue`, `state`, `reason` (or None), `made_at`, `basis`, `action_id`, `thread_id`,
    `event` (that made it), `ended_by`, `position`, `version` (1 as it was made, 2 once it ended).
    """
    profile = root_of(view, row.profile_id)
    zone = ZoneInfo(kernel.business.operator.time_zone)
    is_overdue = row.state == "open" and row.due is not None and row.due < kernel.clock.now()
    return {
        "id": row.id,
        "text": readable(kernel, row.text),
        "to": {
            "id": profile.id if profile else row.profile_id,
            "name": readable(kernel, profile.name) if profile else "",
        },
        "due": rfc3339(row.due) if row.due else None,
        "due_day": row.due.astimezone(zone).date().isoformat() if row.due else None,
        "is_overdue": is_overdue,
        "state": row.state,
        "reason": readable(kernel, row.reason) if row.reason else None,
        "made_at": rfc3339(row.made_at),
        "basis": row.basis,
        "action_id": row.action_id,
        "thread_id": row.thread_id,
        "event": row.event_id,
        "ended_by": row.ended_by,
        "position": row.position,
        "version": 1 if row.ended_position is None else 2,
    }

"""Owns what can't wait for the operator's next look: the open cards to tell of, each by its state.

Only ids, kinds and configured names are read; no sealed text is opened. A person who decides later
loses nothing by what is left out here: it stands in the inbox and in the day's digest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import CredentialRefused
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.house import ConnectorRow, NoticeRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.rows.telling import TellingRow, ToldRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.authority import scopes
from aios_defs.services.failures import live_failures
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id, values_by_id
from aios_defs.services.overdue import overdue
from aios_defs.services.pause import is_paused
from aios_defs.services.views import standing_of

SOON = timedelta(hours=4)
"""An approval that ends within this can't wait."""
TRUST_SOON = timedelta(hours=24)
HIGH_RISK = 60
SETTLING = timedelta(minutes=2)
"""How long an uncertain action may settle by itself before the operator hears of it."""
FLAPPING = timedelta(hours=6)
"""A card that ended and came back within this is not told again."""
URGENT_NOTICES = (
    "connector",
    "mirror",
    "count",
    "policy",
    "lane",
    "cadence",
    "silence",
    "deadline",
    "run_failure",
    "telling",
    "copy",
)
_BROKEN = (ActionState.FAILED, ActionState.COMPENSATION_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """One thing to tell of, once for its `key`, which names a card and the state it is in.

    `what` is expiring, risk, parked, failed, overdue, trust, or the kind of a notice. `name` is the
    workflow or connector it concerns, as configured; `until` when it ends by itself.
    """

    key: str
    what: str
    name: str | None = None
    until: datetime | None = None


def urgent(kernel: Kernel, view: View) -> list[Urgent]:
    """Return everything that can't wait and was not told yet, the most pressing kinds first."""
    return untold(view, _found(kernel, view))


def untold(view: View, things: Iterable[Urgent]) -> list[Urgent]:
    """Return those of the things that no message has named."""
    return [one for one in things if view.get(ToldRow, one.key) is None]


def _found(kernel: Kernel, view: View) -> tuple[Urgent, ...]:
    return (
        *_expiring(kernel, view),
        *_unsettled(kernel, view),
        *_failed(view),
        *_overdue(kernel, view),
        *_notices(kernel, view),
        *_ending_trust(kernel, view),
        *_risky(view),
    )


def configured(kernel: Kernel, name: str) -> str | None:
    """Return a name if the operator's files have it; what came from anywhere else is not told."""
    known = {*kernel.connectors, *(one.name for one in kernel.business.workflows)}
    return name if name in known else None


def _expiring(kernel: Kernel, view: View) -> Iterator[Urgent]:
    now = kernel.clock.now()
    names = ("expires_at", "action_id", "id")
    rows = view.tally(
        ApprovalRow, *names, state="requested", expires_at__gt=now, expires_at__lte=now + SOON
    )
    workflows = values_by_id(view, ActionRow, "workflow", (one[1] for one in rows))
    for until, action_id, approval_id in sorted(rows):
        yield Urgent(
            key=f"{approval_id}:expiring",
            what="expiring",
            name=workflows.get(action_id),
            until=until,
        )


def _risky(view: View) -> Iterator[Urgent]:
    names = ("created_at", "id", "content_hash", "workflow")
    state = ActionState.AWAITING_APPROVAL
    for _, id_, content, workflow in sorted(
        view.tally(ActionRow, *names, state=state, risk__gt=HIGH_RISK - 1)
    ):
        yield Urgent(key=f"{id_}:{content[:12]}:risk", what="risk", name=workflow)


def _unsettled(kernel: Kernel, view: View) -> Iterator[Urgent]:
    limit = kernel.clock.now() - SETTLING
    for row in view.select(ActionRow, state=(ActionState.PARKED, ActionState.UNCERTAIN)):
        if row.state is ActionState.PARKED or _last_event(view, row) < limit:
            yield Urgent(key=f"{row.id}:parked", what="parked", name=row.workflow)


def _last_event(view: View, row: ActionRow) -> datetime:
    times = (one.time for one in view.events(stream=f"action-{row.id}"))
    return max(times, default=row.created_at)


def _failed(view: View) -> Iterator[Urgent]:
    ids = [one.id for one in live_failures(view)]
    for row in by_id(view, ActionRow, ids).values():
        if row.state in _BROKEN or _is_given_up(row):
            key = f"{row.id}:{row.attempts}:failed"
            yield Urgent(key=key, what="failed", name=row.workflow)
    for task in view.select(TaskRow, state=TaskState.FAILED, order="created_at"):
        yield Urgent(key=f"{task.id}:{task.attempt}:failed", what="failed", name=task.workflow)


def _is_given_up(row: ActionRow) -> bool:
    is_told = row.error == CredentialRefused.code  # by the card of its connector
    return row.state is ActionState.FAILED_RETRYABLE and row.due_at is None and not is_told


def _overdue(kernel: Kernel, view: View) -> Iterator[Urgent]:
    if is_paused(view):
        return
    for row in overdue(kernel, view):
        if not is_paused(view, *scopes(view, row)):
            yield Urgent(key=f"{row.id}:overdue", what="overdue", name=row.workflow)


def _notices(kernel: Kernel, view: View) -> Iterator[Urgent]:
    for row in view.select(NoticeRow, state="open", order="position"):
        if row.kind in URGENT_NOTICES and not _was_told_lately(kernel, view, row):
            name = configured(kernel, row.about)
            yield Urgent(key=notice_key(row), what=row.kind, name=name)


def notice_key(row: NoticeRow) -> str:
    """Return under which key a notice is told."""
    return f"{row.id}:{row.kind}"


def _was_told_lately(kernel: Kernel, view: View, row: NoticeRow) -> bool:
    """Return whether an earlier card of the kind about the same thing was told a short time ago."""
    limit = kernel.clock.now() - FLAPPING
    for earlier in view.select(NoticeRow, about=row.about):
        told = view.get(ToldRow, notice_key(earlier)) if earlier.kind == row.kind else None
        telling = view.get(TellingRow, told.telling_id) if told else None
        if telling is not None and telling.made_at > limit:
            return True
    return False


def _ending_trust(kernel: Kernel, view: View) -> Iterator[Urgent]:
    for row, until in ending_trust(kernel, view, TRUST_SOON):
        key = f"{row.name}:{until.isoformat()}:trust"
        yield Urgent(key=key, what="trust", name=row.name, until=until)


def ending_trust(
    kernel: Kernel, view: View, within: timedelta
) -> Iterator[tuple[ConnectorRow, datetime]]:
    """Yield the connectors that may write by a trust alone which ends within that time."""
    limit = kernel.clock.now() + within
    for name in kernel.connectors:
        row = view.get(ConnectorRow, name)
        until = row.trusted_until if row and standing_of(kernel, view, name) == "trusted" else None
        if row is not None and until is not None and until <= limit:
            yield row, until

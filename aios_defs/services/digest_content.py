"""Owns gathering what a digest says: counts, ids, states and configured names, no text of anybody.

Reads rows and the log since a position, of the types that say something to a person.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.telling import DigestContent, Ending, Tally, Trouble
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.house import NoticeRow, PauseRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.failures import live_failures
from aios_defs.services.inbox import count_waiting
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id, values_by_id
from aios_defs.services.overdue import overdue
from aios_defs.services.urgent import configured, ending_trust

LISTED = 20
"""How many of a kind a digest lists; the counts are of all."""
ENDING_WITHIN = timedelta(hours=36)
"""What ends before the day after tomorrow's digest time is told of today."""
TRUST_WITHIN = timedelta(days=7)
HAPPENED = (
    "message.received.v1",
    "message.quarantined.v1",
    "task.created.v1",
    "task.completed.v1",
    "task.failed.v1",
    "question.asked.v1",
    "question.answered.v1",
    "approval.granted.v1",
    "approval.rejected.v1",
    "approval.expired.v1",
    "action.committed.v1",
    "action.failed.v1",
    "action.uncertain.v1",
    "action.parked.v1",
    "action.compensated.v1",
    "fact.asserted.v1",
    "connector.trusted.v1",
    "connector.suspended.v1",
    "override.paused.v1",
    "override.resumed.v1",
    "policy.changed.v1",
    "session.opened.v1",
    "login.refused.v1",
    "token.granted.v1",
)
_ACTIONS, _TASKS = "action-", "task-"


def gather(kernel: Kernel, view: View, since: int) -> DigestContent:
    """Return what a digest says now, of what happened after a position."""
    events = list(view.events(after=since, types=HAPPENED))
    waiting = count_waiting(kernel)
    return DigestContent(
        waiting=tuple(Tally(what=kind, count=count) for kind, count in waiting.items()),
        expiring=tuple(_expiring(kernel, view)),
        failures=tuple(_failures(kernel, view))[:LISTED],
        cards=tuple(_cards(kernel, view)),
        happened=tuple(_happened(view, events)),
        automatic=tuple(_automatic(view, events)),
        paused=tuple(sorted(view.column(PauseRow, "scope"))),
        trust=tuple(
            Ending(id=row.name, until=until)
            for row, until in ending_trust(kernel, view, TRUST_WITHIN)
        ),
    )


def _expiring(kernel: Kernel, view: View) -> Iterator[Ending]:
    now = kernel.clock.now()
    rows = view.select(
        ApprovalRow,
        state="requested",
        expires_at__gt=now,
        expires_at__lte=now + ENDING_WITHIN,
        order="expires_at",
        limit=LISTED,
    )
    workflows = values_by_id(view, ActionRow, "workflow", (row.action_id for row in rows))
    for row in rows:
        workflow = workflows.get(row.action_id)
        yield Ending(id=row.action_id, workflow=workflow, until=row.expires_at)


def _failures(kernel: Kernel, view: View) -> Iterator[Trouble]:
    for failure in live_failures(view)[:LISTED]:
        yield Trouble(id=failure.id, state=str(failure.state), workflow=failure.workflow)
    for task in view.select(TaskRow, state=TaskState.FAILED, order="created_at", limit=LISTED):
        yield Trouble(id=task.id, state="failed", workflow=task.workflow)
    for action in overdue(kernel, view)[:LISTED]:
        yield Trouble(id=action.id, state="overdue", workflow=action.workflow)


def _cards(kernel: Kernel, view: View) -> Iterator[Trouble]:
    for row in view.select(NoticeRow, state="open", order="position", limit=LISTED):
        task = view.get(TaskRow, row.about)
        yield Trouble(
            id=row.id,
            state=row.kind,
            workflow=task.workflow if task else None,
            about=configured(kernel, row.about),
        )


def _happened(view: View, events: Iterable[Envelope]) -> Iterator[Tally]:
    """Yield the counts by type in the order of HAPPENED, of each by workflow, the most first."""
    found = list(events)
    whose = values_by_id(view, ActionRow, "workflow", _ids(found, _ACTIONS))
    whose |= values_by_id(view, TaskRow, "workflow", _ids(found, _TASKS))
    counts = Counter((one.type, whose.get(_owner(one.stream))) for one in found)
    for (what, workflow), count in sorted(
        counts.items(), key=lambda one: (HAPPENED.index(one[0][0]), -one[1], one[0][1] or "")
    ):
        yield Tally(what=what, count=count, workflow=workflow)


def _automatic(view: View, events: Iterable[Envelope]) -> Iterator[Tally]:
    """Yield what was committed without a person's approval, by workflow, operation and rule."""
    ids = _ids([one for one in events if one.type == "action.committed.v1"], _ACTIONS)
    rows = by_id(view, ActionRow, ids).values()
    counts = Counter(
        (row.workflow, row.operation, row.rule) for row in rows if row.approval_id is None
    )
    for (workflow, operation, rule), count in counts.most_common():
        yield Tally(what=operation, count=count, workflow=workflow, rule=rule)


def _ids(events: Iterable[Envelope], prefix: str) -> list[str]:
    return [_owner(one.stream) for one in events if one.stream.startswith(prefix)]


def _owner(stream: str) -> str:
    return stream.partition("-")[2]

"""Owns absence: what should happen and does not becomes a card, and the card ends with the absence.

    silence   a workflow whose messages stay away longer than it expects
    cadence   work that nobody takes up, or a part of the house without a sign of life
    deadline  a task that is past its deadline
    commitment  something that we promised by a day that is over
    trust     a connector that soon may write no more

Each card stands for one absence: one that the operator dismissed comes back only with a new one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from aios_defs.core.business import Workflow
from aios_defs.core.events.system import NoticeKind
from aios_defs.core.ports import View
from aios_defs.core.rows.house import ConnectorRow, NoticeRow
from aios_defs.core.rows.messages import HomeRow, MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.rows.telling import PulseRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.commitment_view import overdue_commitments
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, raise_notice
from aios_defs.services.pause import is_paused
from aios_defs.services.pulse import LONGEST, beat, is_settled
from aios_defs.services.tasking import LIVE

_STANDING: tuple[NoticeKind, ...] = ("deadline", "commitment", "trust")
KINDS: tuple[NoticeKind, ...] = ("silence", "cadence", *_STANDING)
SOON = timedelta(days=2)
"""How long before its end trust is asked for again; of a short trust, the last quarter."""
PATIENCE = {
    "interactive": timedelta(minutes=15),
    "standard": timedelta(hours=1),
    "batch": timedelta(hours=25),
}
"""How long a task may wait for an agent, by its tolerance."""

_GAPS, _LEAST_GAPS = 30, 10
"""How many gaps between messages a rhythm is derived from, at most and at least."""
_LEAST_SILENCE = timedelta(days=1)
_LOOKED_AT = 20
"""How many of the oldest open tasks are looked at: the others are younger or settle with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Something that should be and is not, since a moment."""

    kind: NoticeKind
    about: str
    since: datetime
    summary: str
    remedy: str


def check_cadence(kernel: Kernel, me: str, *, others: tuple[str, ...] = ()) -> Counter[str]:
    """Give a sign of life as `me`, then raise and end the cards of absences; returns how many.

    `others` should give signs of life as well. With nothing amiss it makes no event.
    """
    mine = beat(kernel, me)
    has_caught_up = is_settled(kernel, mine)
    with kernel.ledger.view() as view:
        found = list(_standing(kernel, view))
        if has_caught_up:
            found += [*_unusual(kernel, view), *_lifeless(view, mine, others)]
        fresh = [one for one in found if not _is_told(view, one)]
        over = _over(view, found, KINDS if has_caught_up else _STANDING)
    for one in fresh:
        raise_notice(kernel, one.kind, one.about, one.summary, one.remedy)
    for kind, about in over:
        end_notices(kernel, kind, about)
    return +Counter(raised=len(fresh), ended=len(over))


def _standing(kernel: Kernel, view: View) -> Iterator[Absence]:
    """Yield what is amiss whether or not anything runs."""
    for workflow in kernel.business.workflows:
        yield from _late(kernel, view, workflow)
    for name in kernel.connectors:
        yield from _expiring(kernel, view, name)
    yield from _unkept(kernel, view)


def _unusual(kernel: Kernel, view: View) -> Iterator[Absence]:
    """Yield what is amiss once everything had the time to catch up."""
    for workflow in kernel.business.workflows:
        if not is_paused(view, *workflow.scopes.values()):
            yield from _silent(kernel, view, workflow)
            yield from _untouched(kernel, view, workflow)


def _silent(kernel: Kernel, view: View, workflow: Workflow) -> Iterator[Absence]:
    expected = expected_every(view, workflow)
    last = _last_message(view, workflow)
    if expected is None or last is None or kernel.clock.now() - last <= expected:
        return
    hours = round(expected / timedelta(hours=1))
    yield Absence(
        kind="silence",
        about=f"workflow:{workflow.name}",
        since=last,
        summary=f"Nothing came in for {workflow.name} since {_day(last)}; "
        f"something is expected every {hours} hours.",
        remedy=f"Check that mail still reaches the store of connector {workflow.connector} "
        f"(aios doctor). If it is just quiet, change expected_every_hours in catalog.yaml.",
    )


def expected_every(view: View, workflow: Workflow) -> timedelta | None:
    """Return how often a workflow's messages are expected; None when nothing can be said.

    As catalog.yaml says; without a word of it, twice the longest of the last gaps, at least a day.
    """
    if workflow.trigger != "message":
        return None
    if workflow.expected_every_hours is not None:
        return timedelta(hours=workflow.expected_every_hours)
    times = [row.stored_at for row in _newest(view, workflow, _GAPS + 1)]
    gaps = [later - earlier for later, earlier in pairwise(times)]
    return max(*gaps, _LEAST_SILENCE / 2) * 2 if len(gaps) >= _LEAST_GAPS else None


def _last_message(view: View, workflow: Workflow) -> datetime | None:
    """Return when the last message came in; before the first one, when the home began."""
    rows = _newest(view, workflow, 1)
    home = view.get(HomeRow, "home")
    return _time_at(view, rows[0].position) if rows else home.created_at if home else None


def _newest(view: View, workflow: Workflow, limit: int) -> list[MessageRow]:
    where = {"connector": workflow.connector, "folder": "inbox"}
    return view.select(MessageRow, order="-position", limit=limit, **where)


def _untouched(kernel: Kernel, view: View, workflow: Workflow) -> Iterator[Absence]:
    limit = kernel.clock.now() - PATIENCE[workflow.tolerance]
    rows = view.select(
        TaskRow,
        workflow=workflow.name,
        state=TaskState.OPEN,
        created_at__lt=limit,
        order="created_at",
        limit=_LOOKED_AT,
    )
    waiting = ((_touched(view, row), row.id) for row in rows)
    since, task_id = min((one for one in waiting if one[0] < limit), default=(limit, ""))
    if task_id:
        yield Absence(
            kind="cadence",
            about=f"workflow:{workflow.name}",
            since=since,
            summary=f"Work of {workflow.name} waits for an agent since {_day(since)}; "
            f"the oldest is task {task_id}.",
            remedy=f"Try it with: aios run {workflow.name}; see also: aios doctor",
        )


def _touched(view: View, task: TaskRow) -> datetime:
    times = [event.time for event in view.events(stream=f"task-{task.id}")]
    return max(times, default=task.created_at)


def _late(kernel: Kernel, view: View, workflow: Workflow) -> Iterator[Absence]:
    """Yield one absence for all late tasks: a new one is a new reason to tell."""
    oldest, newest = (
        view.select(
            TaskRow,
            workflow=workflow.name,
            state=LIVE,
            deadline__lte=kernel.clock.now(),
            order=order,
            limit=1,
        )
        for order in ("deadline", "-deadline")
    )
    if oldest and newest:
        task = oldest[0]
        yield Absence(
            kind="deadline",
            about=f"workflow:{workflow.name}",
            since=newest[0].deadline,
            summary=f"Work of {workflow.name} is past its deadline; the oldest is task "
            f"{task.id}, due {_day(task.deadline)}.",
            remedy=f"See where it waits: aios trace {task.id}",
        )


def _unkept(kernel: Kernel, view: View) -> Iterator[Absence]:
    """Yield one absence for all promises whose day is over, without a word of what they say."""
    rows = overdue_commitments(kernel, view)
    days = [row.due for row in rows if row.due is not None]
    if days:
        count = "1 promise is" if len(rows) == 1 else f"{len(rows)} promises are"
        yield Absence(
            kind="commitment",
            about="commitments",
            since=days[-1],
            summary=f"{count} past the day that was named, the oldest due {_day(days[0])}.",
            remedy="See: aios memory list commitments; then: aios memory kept ID, or: "
            'aios memory broken ID --because "…"',
        )


def _expiring(kernel: Kernel, view: View, name: str) -> Iterator[Absence]:
    row = view.get(ConnectorRow, name)
    account = kernel.address_hash(kernel.connector(name).describe().account)
    ends = (row.trusted_until, row.certified_until) if row and row.account == account else ()
    until = max(filter(None, ends), default=None)
    if row is None or row.suspended or until is None:
        return
    granted = [one.time for one in view.events(stream=f"connector-{name}")][-1]
    soon = until - min(SOON, (until - granted) / 4)
    if kernel.clock.now() >= soon:
        yield Absence(
            kind="trust",
            about=f"connector:{name}",
            since=soon,
            summary=f"Connector {name} may write only until {_day(until)}; then it only drafts.",
            remedy=f"Let it go on with: aios connector trust {name} --for 30d",
        )


def _lifeless(view: View, mine: PulseRow, others: tuple[str, ...]) -> Iterator[Absence]:
    for name in others:
        row = view.get(PulseRow, name)
        since = max(row.at, mine.since) if row else mine.since
        if mine.at - since >= LONGEST:
            yield Absence(
                kind="cadence",
                about=f"process:{name}",
                since=since,
                summary=f"The {name} gives no sign of life since {_day(since)}.",
                remedy="`aios up` starts it again by itself; if this stays, see: aios doctor",
            )


def _is_told(view: View, absence: Absence) -> bool:
    """Return whether a card was raised since this absence began, open or dismissed."""
    rows = [one for one in view.select(NoticeRow, about=absence.about) if one.kind == absence.kind]
    return any(row.state == "open" or _time_at(view, row.position) >= absence.since for row in rows)


def _over(
    view: View, found: list[Absence], kinds: tuple[NoticeKind, ...]
) -> list[tuple[NoticeKind, str]]:
    current = {(one.kind, one.about) for one in found}
    rows = view.select(NoticeRow, state="open", order="position")
    ours: list[tuple[NoticeKind, str]] = [
        (kind, row.about) for row in rows for kind in kinds if row.kind == kind
    ]
    return [one for one in ours if one not in current]


def _time_at(view: View, position: int) -> datetime:
    (event,) = view.events(after=position - 1, limit=1)
    return event.time


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

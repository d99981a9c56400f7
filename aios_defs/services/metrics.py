"""Owns the metrics of a home: kept by hour in rows of their own, read together with what is newer.

A cursor remembers how far the log was counted. Whoever keeps them (the gateway, now and then) folds
a piece of the log beside the writers and then writes it in one short transaction, unless another
process was first. Whoever reads folds the rest in memory, so that reading is always exact and
never writes.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aios_defs.core.errors import HomeLocked, StorageFailed
from aios_defs.core.metrics import VERSION, WAITING, Cell, Labels
from aios_defs.core.model import rfc3339
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.metrics import MetricRow, MomentRow
from aios_defs.core.rows.tasks import DecisionRow, TaskRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.metrics_fold import TYPES, Tally

CURSOR = "metrics"
LEAST = 200
"""How many events may lie behind the cursor before keeping them is worth a transaction."""
_PIECE = 5000
"""How many positions are folded at a time, so that no transaction is long."""
_INSTANT = timedelta(microseconds=1)


def catch_up(kernel: Kernel, *, least: int = LEAST) -> int:
    """Count what the log holds beyond the cursor, once `least` events lie behind it.

    Idempotent; safe in several threads and processes: who comes second does nothing. Returns how
    many positions were passed.

    Raises:
        HomeLocked, StorageFailed: nothing can be written now; the next call goes on.

    """
    passed = 0
    while True:
        with kernel.ledger.view() as view:
            before, head = _cursor(view), view.head().position
            if head == before or 0 < head - before < least:
                return passed
            upto = min(head, before + _PIECE) if 0 <= before < head else 0
            tally = fold_counts(view, before, upto)
        if not _keep(kernel, before, upto, tally):
            return passed
        passed += upto - before if upto else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The counts of some hours, and how many questions stood open before them."""

    counts: Counter[Cell]
    waiting_before: Counter[Labels]


def read_counts(
    kernel: Kernel, *, since: datetime | None = None, until: datetime | None = None
) -> Counter[Cell]:
    """Return every count of the hours from `since` up to, not including, `until`."""
    return read_metrics(kernel, since=since, until=until).counts


def read_metrics(
    kernel: Kernel, *, since: datetime | None = None, until: datetime | None = None
) -> Reading:
    """Return every count of the hours from `since` up to, not including, `until`; None: no end.

    Exact as of now. Where much of the log was not counted yet, it is counted and kept first.
    """
    _keep_much(kernel)
    with kernel.ledger.view() as view:
        kept = _cursor(view)
        is_usable = 0 <= kept <= view.head().position
        counts = _kept(view, since) if is_usable else Counter[Cell]()
        waiting = _waiting(view, since) if is_usable else Counter[Labels]()
        counts.update(fold_counts(view, kept if is_usable else 0, view.head().position).counts)
    chosen = Counter[Cell]()
    for cell, value in counts.items():
        if since is not None and cell.hour < since:
            waiting[cell.labels] += value if cell.metric == WAITING else 0
        elif until is None or cell.hour < until:
            chosen[cell] = value
    return Reading(counts=chosen, waiting_before=waiting)


def _kept(view: View, since: datetime | None) -> Counter[Cell]:
    where: dict[str, Any] = {} if since is None else {"hour__gt": since - _INSTANT}
    return Counter[Cell]({_cell(row): row.value for row in view.select(MetricRow, **where)})


def _waiting(view: View, since: datetime | None) -> Counter[Labels]:
    """Return how many questions stood open at an instant, by label: the sum of all changes."""
    found = Counter[Labels]()
    if since is None:
        return found
    names = ("workflow", "agent", "connector", "value")
    changes = view.tally(MetricRow, *names, metric=WAITING, hour__lt=since)
    for (workflow, agent, connector, value), times in changes.items():
        found[Labels(workflow, agent, connector)] += value * times
    return found


def _keep_much(kernel: Kernel) -> None:
    try:
        catch_up(kernel, least=_PIECE)
    except (HomeLocked, StorageFailed):
        return


def _cursor(view: View) -> int:
    """Return the position counted up to; -1 when the counts are of another version."""
    row = view.get(CursorRow, CURSOR)
    if row is None:
        return 0
    version, _, position = row.value.partition(" ")
    return int(position) if version == str(VERSION) else -1


def fold_counts(view: View, after: int, upto: int) -> Tally:
    """Count the events after a position, with the moments as they were kept at it; no writing."""
    tally = Tally(names=_RowNames(view), moment=lambda key: _moment(view, key, after))
    if upto > after:
        for event in view.events(after=after, upto=upto, types=TYPES):
            tally.add(event)
    return tally


def _moment(view: View, key: str, after: int) -> datetime | None:
    row = view.get(MomentRow, key) if after else None
    return row.at if row else None


def _keep(kernel: Kernel, before: int, upto: int, tally: Tally) -> bool:
    """Write a piece unless the cursor moved meanwhile; `upto` 0 begins anew."""
    with kernel.ledger.transaction(actor="sweep") as tx:
        if _cursor(tx) != before:
            return False
        if not upto:
            _clear(tx)
        for cell, value in tally.counts.items():
            _add(tx, cell, value)
        for key, at in tally.moments.items():
            if at is None:
                tx.delete(MomentRow, key)
            else:
                tx.put(MomentRow(id=key, at=at))
        tx.put(CursorRow(name=CURSOR, value=f"{VERSION} {upto}"))
        return True


def _clear(tx: Transaction) -> None:
    for row in tx.select(MetricRow):
        tx.delete(MetricRow, row.id)
    for moment in tx.select(MomentRow):
        tx.delete(MomentRow, moment.id)


def _add(tx: Transaction, cell: Cell, value: int) -> None:
    key = json.dumps([rfc3339(cell.hour), *cell.labels, cell.metric, cell.le_ms])
    row = tx.get(MetricRow, key)
    if row is not None:
        tx.put(row.but(value=row.value + value))
        return
    labels = cell.labels
    tx.put(
        MetricRow(
            id=key,
            hour=cell.hour,
            workflow=labels.workflow,
            agent=labels.agent,
            connector=labels.connector,
            metric=cell.metric,
            le_ms=cell.le_ms,
            value=value,
        )
    )


def _cell(row: MetricRow) -> Cell:
    labels = Labels(workflow=row.workflow, agent=row.agent, connector=row.connector)
    return Cell(row.hour, labels, row.metric, row.le_ms)


@dataclass(frozen=True, slots=True)
class _RowNames:
    """The names of things as the rows have them, each read once."""

    view: View
    known: dict[str, Labels] = field(default_factory=dict[str, Labels])

    def message(self, message_id: str) -> Labels:
        """Return the connector of a message."""
        if message_id not in self.known:
            row = self.view.get(MessageRow, message_id)
            self.known[message_id] = Labels(connector=row.connector) if row else Labels()
        return self.known[message_id]

    def task(self, task_id: str) -> Labels:
        """Return the workflow of a task and the connector of its first message."""
        if task_id not in self.known:
            row = self.view.get(TaskRow, task_id)
            message = self.message(row.message_ids[0]) if row and row.message_ids else Labels()
            self.known[task_id] = message._replace(workflow=row.workflow if row else "")
        return self.known[task_id]

    def action(self, action_id: str) -> Labels:
        """Return the workflow and connector of an action and the agent that decided on it."""
        if action_id not in self.known:
            row = self.view.get(ActionRow, action_id)
            decision_id = row.decision_id if row else None
            decision = self.view.get(DecisionRow, decision_id) if decision_id else None
            self.known[action_id] = Labels(
                workflow=row.workflow if row else "",
                agent=decision.agent if decision else "",
                connector=row.connector if row else "",
            )
        return self.known[action_id]

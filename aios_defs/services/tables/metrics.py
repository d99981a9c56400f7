"""Owns the table of metrics: every count by hour, workflow, agent and connector."""

from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.model import rfc3339
from aios_defs.services.kernel import Kernel
from aios_defs.services.metrics import read_counts
from aios_defs.services.tables.table import Form, Record, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRecord(Record):
    """One count of one hour (its beginning, UTC).

    `le_ms` is None for a counter; of a histogram the bucket's upper bound, 0 above all bounds.
    """

    row_id: str
    hour: datetime
    workflow: str
    agent: str
    connector: str
    metric: str
    le_ms: int | None
    value: int


FORM = Form(name="metrics", record=MetricRecord)


def metrics_table(kernel: Kernel) -> Table:
    """Return the metrics of all hours; they hold at least what the head of the table covers."""
    with kernel.ledger.view() as view:
        head = view.head()
    counts = read_counts(kernel)
    rows = (
        MetricRecord(
            row_id=" ".join((rfc3339(cell.hour), *cell.labels, cell.metric, str(cell.le_ms))),
            hour=cell.hour,
            workflow=cell.labels.workflow,
            agent=cell.labels.agent,
            connector=cell.labels.connector,
            metric=cell.metric,
            le_ms=cell.le_ms,
            value=value,
        )
        for cell, value in counts.items()
        if value
    )
    return Table(form=FORM, rows=tuple(sorted(rows, key=lambda row: row.key)), head=head)

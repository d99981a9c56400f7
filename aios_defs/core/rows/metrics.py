"""Owns the rows of metrics, operational: counted from the log by a cursor of their own.

They may lag behind the log, are never read to decide anything, and are made anew from the log when
the way of counting changes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow(Row):
    """A counter of one hour; `id` is made of all the other fields but `value`.

    `workflow`, `agent` and `connector` are empty where they are not known. `le_ms` is the upper
    bound of a histogram's bucket in milliseconds (0: above all bounds), None for a plain counter.
    """

    TABLE: ClassVar[str] = "metrics"
    FOLDED: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("hour",),)
    id: str
    hour: datetime
    workflow: str
    agent: str
    connector: str
    metric: str
    le_ms: int | None
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentRow(Row):
    """When something began whose length is counted once it ends; `id` is `<what>:<id>`."""

    TABLE: ClassVar[str] = "metric_moments"
    FOLDED: ClassVar[bool] = False
    id: str
    at: datetime

"""Owns the words of metrics: what is counted, in which unit, and how a quantile is read.

docs/reference/metrics.md explains each one. A histogram is kept as counts by bucket; a quantile is
the upper bound of the bucket it falls into, so it is never flattering.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

VERSION = 2
"""Goes up whenever what is counted changes; the metrics are then made anew from the log."""

COUNTERS = (
    "messages_received",
    "messages_ignored",
    "messages_quarantined",
    "tasks_created",
    "tasks_completed",
    "tasks_cancelled",
    "tasks_reopened",
    "tasks_failed",
    "decisions_made",
    "questions_asked",
    "questions_answered",
    "approvals_requested",
    "approvals_granted",
    "approvals_rejected",
    "approvals_expired",
    "actions_proposed",
    "actions_edited",
    "actions_denied",
    "actions_drafted",
    "actions_committed",
    "actions_failed",
    "actions_uncertain",
)
HISTOGRAMS = ("decision_ms", "operator_ms", "approved_ms", "commit_ms")
WAITING = "waiting_change"
"""How many more (or fewer) questions to the operator stood open at the hour's end."""

FAILURES = ("tasks_failed", "actions_failed", "actions_uncertain")

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
BOUNDS_MS = (
    10,
    20,
    50,
    100,
    200,
    500,
    _SECOND,
    2 * _SECOND,
    5 * _SECOND,
    10 * _SECOND,
    15 * _SECOND,
    30 * _SECOND,
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    _HOUR,
    4 * _HOUR,
    12 * _HOUR,
    24 * _HOUR,
    72 * _HOUR,
    168 * _HOUR,
)
"""The upper bounds of the buckets; what is longer stands under 0."""


class Labels(NamedTuple):
    """What a count is about; empty where it is not known."""

    workflow: str = ""
    agent: str = ""
    connector: str = ""


class Cell(NamedTuple):
    """What is counted apart from everything else."""

    hour: datetime
    labels: Labels
    metric: str
    le_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """The quantiles of a histogram as upper bounds in milliseconds; None: nothing, or above all."""

    count: int
    p50_ms: int | None
    p95_ms: int | None


def bucket(length_ms: int) -> int:
    """Return the bound of the bucket that a length falls into; 0 above all bounds."""
    return next((bound for bound in BOUNDS_MS if length_ms <= bound), 0)


def quantiles(buckets: Mapping[int, int]) -> Quantiles:
    """Return the quantiles of counts by bucket."""
    count = sum(buckets.values())
    return Quantiles(count=count, p50_ms=_quantile(buckets, 0.5), p95_ms=_quantile(buckets, 0.95))


def _quantile(buckets: Mapping[int, int], share: float) -> int | None:
    wanted, passed = share * sum(buckets.values()), 0
    for bound in BOUNDS_MS:
        passed += buckets.get(bound, 0)
        if passed and passed >= wanted:
            return bound
    return None


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour a moment lies in, UTC."""
    return moment.replace(minute=0, second=0, microsecond=0)


def length_words(length_ms: float) -> str:
    """Return a length of time in its largest unit: `200 ms`, `2.5 s`, `15 min`, `4 h`, `3 d`."""
    for size, unit in ((24 * _HOUR, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")):
        if length_ms >= size:
            return f"{round(length_ms / size, 1):g} {unit}"
    return f"{length_ms:g} ms"

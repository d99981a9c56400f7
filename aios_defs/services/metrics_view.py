"""Owns what is told of the metrics: totals, quantiles, a series over time, shares by name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.metrics import (
    COUNTERS,
    FAILURES,
    HISTOGRAMS,
    WAITING,
    Cell,
    Labels,
    hour_of,
    quantiles,
)
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.services.kernel import Kernel
from aios_defs.services.metrics import Reading, read_metrics

WEEK = timedelta(days=7)
LONGEST = timedelta(days=400)
_HOURLY = timedelta(hours=48)
"""Up to this length the series is by hour, beyond it by day."""
_SERIES = (
    "messages_received",
    "tasks_created",
    "decisions_made",
    "approvals_requested",
    "actions_committed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which counts: how far back, and of which workflow, agent and connector (empty: all)."""

    since: timedelta = WEEK
    workflow: str = ""
    agent: str = ""
    connector: str = ""

    def takes(self, labels: Labels) -> bool:
        """Return whether a count of these labels is meant."""
        return (
            self.workflow in ("", labels.workflow)
            and self.agent in ("", labels.agent)
            and self.connector in ("", labels.connector)
        )


def metrics(kernel: Kernel, scope: Scope) -> JsonObject:
    """Return the metrics of a scope, the shape of `aios metrics --json` and `/api/metrics`.

    `totals` has every counter; `failures` counts tasks and actions that failed; `waiting` is how
    many questions stand open now; `lengths` gives each histogram's `count`, `p50_ms` and `p95_ms`
    (None: nothing counted, or above all bounds). `series` has one entry a `step`, oldest first,
    empty ones too; its `waiting` is the level at the step's end. `by` gives shares by workflow,
    agent and connector.

    Raises:
        UsageInvalid: the time is none, or longer than 400 days.

    """
    if not timedelta(0) < scope.since <= LONGEST:
        raise UsageInvalid(
            f"There are no metrics of the last {scope.since}.",
            remedy="Give a time of at most 400d, such as 7d.",
        )
    zone = ZoneInfo(kernel.business.operator.time_zone)
    axis = _Axis(length=scope.since, now=kernel.clock.now(), zone=zone)
    reading = _chosen(read_metrics(kernel, since=axis.since), scope)
    before = sum(reading.waiting_before.values())
    return {
        "since": rfc3339(axis.since),
        "until": rfc3339(axis.now),
        "step": axis.step,
        "workflow": scope.workflow or None,
        "agent": scope.agent or None,
        "connector": scope.connector or None,
        **_told(reading.counts, COUNTERS),
        "waiting": before + sum(_of(reading.counts, WAITING).values()),
        "series": list[JsonValue](_series(reading.counts, axis, before)),
        "by": {name: _shares(reading.counts, name) for name in Labels._fields},
    }


def _chosen(reading: Reading, scope: Scope) -> Reading:
    counts = {cell: value for cell, value in reading.counts.items() if scope.takes(cell.labels)}
    before = {one: value for one, value in reading.waiting_before.items() if scope.takes(one)}
    return Reading(counts=Counter(counts), waiting_before=Counter(before))


def _of(counts: Counter[Cell], metric: str) -> Counter[Cell]:
    return Counter({cell: value for cell, value in counts.items() if cell.metric == metric})


def _told(counts: Counter[Cell], names: Iterable[str]) -> JsonObject:
    totals = Counter[str]()
    buckets: dict[str, Counter[int]] = {name: Counter() for name in HISTOGRAMS}
    for cell, value in counts.items():
        if cell.le_ms is None:
            totals[cell.metric] += value
        else:
            buckets[cell.metric][cell.le_ms] += value
    return {
        "totals": {name: totals[name] for name in names},
        "failures": sum(totals[name] for name in FAILURES),
        "lengths": {name: _lengths(found) for name, found in buckets.items()},
    }


def _lengths(buckets: Counter[int]) -> JsonObject:
    found = quantiles(buckets)
    return {"count": found.count, "p50_ms": found.p50_ms, "p95_ms": found.p95_ms}


def _series(counts: Counter[Cell], axis: "_Axis", waiting: int) -> list[JsonObject]:
    by_step: dict[datetime, Counter[Cell]] = {at: Counter() for at in axis.steps()}
    for cell, value in counts.items():
        by_step.setdefault(axis.begin(cell.hour), Counter())[cell] += value
    series: list[JsonObject] = []
    for at in sorted(by_step):
        waiting += sum(_of(by_step[at], WAITING).values())
        series.append({"at": rfc3339(at), **_told(by_step[at], _SERIES), "waiting": waiting})
    return series


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Hours, or days of the operator's, up to now."""

    length: timedelta
    now: datetime
    zone: ZoneInfo

    @property
    def step(self) -> Literal["hour", "day"]:
        return "hour" if self.length <= _HOURLY else "day"

    @property
    def since(self) -> datetime:
        return self.begin(self.now - self.length)

    def begin(self, moment: datetime) -> datetime:
        """Return the beginning of the step that a moment lies in."""
        if self.step == "hour":
            return hour_of(moment)
        day = hour_of(moment.astimezone(self.zone)).replace(hour=0)
        return hour_of(day.astimezone(UTC))

    def steps(self) -> Iterable[datetime]:
        """Yield every step from the first to that of now."""
        beyond = timedelta(hours=1 if self.step == "hour" else 36)
        at = self.since
        while at <= self.now:
            yield at
            at = self.begin(at + beyond)


def _shares(counts: Counter[Cell], label: str) -> list[JsonValue]:
    """Return the counts by the values of a label, by name; those without one are out."""
    found: dict[str, Counter[Cell]] = {}
    for cell, value in counts.items():
        found.setdefault(getattr(cell.labels, label), Counter())[cell] = value
    return [
        {
            "name": name,
            **_told(found[name], _SERIES),
            "waiting_change": sum(_of(found[name], WAITING).values()),
        }
        for name in sorted(found)
        if name
    ]

"""Owns which charts are drawn of the metrics, and the words of their axes."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from aios_defs.console.charts import Chart, Series, chart
from aios_defs.core.metrics import BOUNDS_MS, length_words
from aios_defs.core.model import parse_rfc3339

_LONGEST_MS = BOUNDS_MS[-1]
SPANS = {"1d": "24 hours", "7d": "7 days", "30d": "30 days"}
"""The lengths of time that pages offer, with their words."""

LENGTHS = (
    ("decision_ms", "Message to decision"),
    ("operator_ms", "Question to your answer"),
    ("approved_ms", "Approval to commit"),
    ("commit_ms", "Due to commit"),
)
"""The histograms, in the operator's words."""


def charts_of(metrics: Mapping[str, Any], zone: ZoneInfo) -> list[Chart]:
    """Return the charts of what services/metrics_view.py tells."""
    series: Sequence[Mapping[str, Any]] = metrics["series"]
    form = "%a %H:%M" if metrics["step"] == "hour" else "%d %b"
    moments = [f"{parse_rfc3339(one['at']).astimezone(zone):{form}}" for one in series]
    step = metrics["step"]
    return [
        _throughput(moments, metrics),
        chart(
            "Waiting for you",
            moments,
            [_line("waiting", [max(0, one["waiting"]) for one in series])],
            unit=f"questions open at the end of each {step}",
        ),
        _lengths(moments, series, step),
        chart(
            "Failures",
            moments,
            [Series(name="failures", values=_values(one["failures"] for one in series), look="d")],
            unit=f"failed or uncertain attempts a {step}",
        ),
    ]


def _throughput(moments: Sequence[str], metrics: Mapping[str, Any]) -> Chart:
    """Draw what came in beside what was done; a message belongs to no workflow, its task does."""
    came = ("tasks_created", "begun") if metrics["workflow"] else ("messages_received", "received")
    shown = (
        (*came, "b"),
        ("decisions_made", "decided", "a"),
        ("actions_committed", "done", "c"),
    )
    bars = [
        Series(
            name=name,
            values=_values(one["totals"][metric] for one in metrics["series"]),
            look=look,
        )
        for metric, name, look in shown
    ]
    return chart("Throughput", moments, bars, unit=f"a {metrics['step']}")


def _lengths(moments: Sequence[str], series: Sequence[Mapping[str, Any]], step: str) -> Chart:
    """Draw the latency of decisions: half and nearly all of each step."""
    half = [_length(one["lengths"]["decision_ms"], "p50_ms") for one in series]
    most = [_length(one["lengths"]["decision_ms"], "p95_ms") for one in series]
    return chart(
        "Message to decision",
        moments,
        [_line("half within", half, "b"), _line("95 % within", most, "a")],
        unit=f"time, of those decided in each {step}",
        words=lambda value: length_words(value) if value else "0",
        nice=lambda highest: float(next((one for one in BOUNDS_MS if one >= highest), highest)),
    )


def _length(found: Mapping[str, Any], name: str) -> float | None:
    if not found["count"]:
        return None
    return float(_LONGEST_MS if found[name] is None else found[name])


def _line(name: str, values: Sequence[float | None], look: str = "a") -> Series:
    return Series(name=name, values=tuple(values), look=look, is_line=True)


def _values(values: Any) -> tuple[float | None, ...]:  # noqa: ANN401 - numbers of a JSON value
    return tuple(float(one) for one in values)

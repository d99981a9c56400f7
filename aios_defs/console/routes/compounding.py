"""Owns the page that shows how knowledge compounds, and its charts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.charts import Chart, Series, chart
from aios_defs.console.desk import AtDesk
from aios_defs.console.routes.workflows import days_of
from aios_defs.console.shell import render
from aios_defs.services.compounding import compounding

router = APIRouter(prefix="/memory/report")
Points = Sequence[Mapping[str, Any]]

SPANS = {"30d": "30 days", "90d": "90 days", "365d": "a year"}
"""The lengths of time that the page offers, with their words."""


@router.get("")
def page(request: Request, desk: AtDesk) -> Response:
    """Show what agents were given from memory, where it came from, and what answers state."""
    asked = request.query_params.get("since", "")
    span = asked if asked in SPANS else "30d"
    found: dict[str, Any] = compounding(desk.kernel, days_of(span))
    return render(
        request,
        "memory/report.html",
        page=found,
        span=span,
        spans=SPANS,
        charts=charts_of(found),
    )


def charts_of(found: Mapping[str, Any]) -> list[Chart]:
    """Return the charts of what services/compounding.py tells."""
    series: Points = found["series"]
    moments = [f"{date.fromisoformat(one['at']):%d %b}" for one in series]
    step = found["step"]
    return [
        chart(
            "Shares",
            moments,
            [
                _share(
                    series, "share_other", "of what agents were given, from another workflow", "a"
                ),
                _share(series, "share_citing", "of answers, that state a fact", "b"),
            ],
            unit=f"per cent of each {step}",
            words=lambda value: f"{value:.0f} %",
            nice=lambda _: 100.0,
        ),
        chart(
            "What agents were given from memory",
            moments,
            [
                _bar(series, "items_own", "from the same workflow", "b"),
                _bar(series, "items_other", "from another workflow", "a"),
            ],
            unit=f"items in the packs of each {step}",
        ),
        chart(
            "Answers",
            moments,
            [
                _bar(series, "answers", "all", "b"),
                _bar(series, "answers_citing", "that state a fact", "a"),
                _bar(series, "answers_citing_other", "that state one of another workflow", "c"),
            ],
            unit=f"done in each {step}",
        ),
    ]


def _bar(series: Points, name: str, words: str, look: str) -> Series:
    return Series(name=words, values=tuple(float(one[name]) for one in series), look=look)


def _share(series: Points, name: str, words: str, look: str) -> Series:
    shares = (None if one[name] is None else 100 * one[name] for one in series)
    return Series(name=words, values=tuple(shares), look=look, is_line=True)

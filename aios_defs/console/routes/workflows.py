"""Owns the pages of the workflows, and running one now."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.background import Progress
from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import SentForm, done, spend
from aios_defs.console.metric_charts import LENGTHS, SPANS, charts_of
from aios_defs.console.shell import render
from aios_defs.core.model import JsonObject
from aios_defs.services.flow import find_workflow
from aios_defs.services.workflows import STAGES, workflow, workflows

router = APIRouter()

_PATIENCE_SECONDS = 3.0
"""How long who pressed the button waits for a run before the page says that it goes on."""


@router.get("/workflows")
def index(request: Request, desk: AtDesk) -> Response:
    """Show every workflow: how far it is trusted, how it goes, what holds it up."""
    return render(request, "workflows/list.html", page=workflows(desk.kernel), stages=STAGES)


@router.get("/workflows/{name}")
def one(request: Request, desk: AtDesk, name: str) -> Response:
    """Show one workflow."""
    span = span_of(request.query_params.get("since", ""))
    page: dict[str, Any] = workflow(desk.kernel, name, since=days_of(span))
    return render(
        request,
        "workflows/one.html",
        page=page,
        stages=STAGES,
        span=span,
        spans=SPANS,
        lengths=LENGTHS,
        charts=charts_of(page["metrics"], zone_of(desk)),
        run=last_run(desk, name),
    )


@router.post("/workflows/{name}/run")
def run(desk: AtDesk, session: Session, sent: SentForm, name: str) -> Response:
    """Take in, decide and commit what is there now; the page shows what was done."""
    spend(desk, session, sent, f"run:{name}")
    find_workflow(desk.kernel, name)
    return done(sent, f"/workflows/{quote(name)}#run", run_now(desk, name))


def run_now(desk: Desk, name: str) -> JsonObject:
    """Run a workflow beside the page, unless it runs already; return how that is going."""

    def work(_: Progress) -> JsonObject:
        return desk.lane.run(name)

    return desk.looks.start(_run(name), work, patience=_PATIENCE_SECONDS)


def last_run(desk: Desk, name: str) -> JsonObject | None:
    """Return how the last run that was asked for here is going; None when there was none."""
    return desk.looks.last(_run(name))


def span_of(text: str) -> str:
    """Return a length of time that pages offer: the one asked for, or a week."""
    return text if text in SPANS else "7d"


def zone_of(desk: Desk) -> ZoneInfo:
    """Return the operator's time zone."""
    return ZoneInfo(desk.kernel.business.operator.time_zone)


def days_of(span: str) -> timedelta:
    """Return a length of time that pages offer as one."""
    return timedelta(days=int(span.removesuffix("d")))


def _run(name: str) -> str:
    return f"run:{name}"

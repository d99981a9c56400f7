"""Owns the page of the house's health, checking the ledger, and letting a connector write."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import Sent, SentForm, done, spend
from aios_defs.console.health import health, look_again, verify_now
from aios_defs.console.metric_charts import LENGTHS, SPANS, charts_of
from aios_defs.console.routes.workflows import days_of, span_of, zone_of
from aios_defs.console.shell import render
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.services.connector_health import standings
from aios_defs.services.metrics_view import Scope, metrics
from aios_defs.services.trust import suspend, trust

router = APIRouter()

TRUST_DAYS = (1, 7, 30, 90)
"""For how many days a page offers to let a connector write."""
_REASON = "the operator ended its trust on the health page"


@router.get("/health")
def page(request: Request, desk: AtDesk) -> Response:
    """Show how everything is, what is wrong first."""
    span = span_of(request.query_params.get("since", ""))
    found: dict[str, Any] = metrics(desk.kernel, Scope(since=days_of(span)))
    return render(
        request,
        "health/page.html",
        page=health(desk),
        metrics=found,
        span=span,
        spans=SPANS,
        lengths=LENGTHS,
        charts=charts_of(found, zone_of(desk)),
        trust_days=TRUST_DAYS,
    )


@router.post("/health/verify")
def verify(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Begin to check every event, link and seal of the ledger."""
    spend(desk, session, sent, "verify")
    return done(sent, "/health#ledger", verify_now(desk))


@router.post("/health/connectors/{name}/trust")
def let_write(desk: AtDesk, session: Session, sent: SentForm, name: str) -> Response:
    """Let a connector write for some days, on the operator's word; drafts are judged again."""
    spend(desk, session, sent, f"trust:{name}")
    trust(desk.kernel, name, timedelta(days=_days(sent)))
    return _changed(desk, sent, name)


@router.post("/health/connectors/{name}/suspend")
def stop_writing(desk: AtDesk, session: Session, sent: SentForm, name: str) -> Response:
    """Take a connector back to reading only."""
    spend(desk, session, sent, f"suspend:{name}")
    suspend(desk.kernel, name, sent.text("reason").strip() or _REASON)
    return _changed(desk, sent, name)


def _changed(desk: Desk, sent: Sent, name: str) -> Response:
    look_again(desk)
    desk.lane.wake()
    state: JsonObject = next(one for one in standings(desk.kernel) if one["name"] == name)
    return done(sent, "/health#connectors", state)


def _days(sent: Sent) -> int:
    text = sent.text("days")
    if not (text.isascii() and text.isdecimal() and len(text) <= len("90")):
        raise UsageInvalid(
            "The number of days is none.", remedy="Send `days`, a number from 1 to 90."
        )
    return int(text)

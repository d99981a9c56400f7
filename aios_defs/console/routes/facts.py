"""Owns the pages of facts: those of the house, one with its history, and the operator's word on it.

Both acts are shared with the API: they spend a nonce about `<act>:<fact id>` and wake the lane, for
what cited the fact is to be decided anew.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import Sent, SentForm, done, spend
from aios_defs.console.shell import render
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.correcting import REASONS, correct, retract
from aios_defs.services.fact_view import fact_view, house_facts

router = APIRouter(prefix="/facts")


@router.get("")
def house(request: Request, desk: AtDesk) -> Response:
    """Show what the house holds for true."""
    return render(request, "facts/list.html", facts=house_facts(desk.kernel))


@router.get("/{fact_id}")
def fact(fact_id: str, request: Request, desk: AtDesk) -> Response:
    """Show a fact with its history."""
    shown = fact_view(desk.kernel, fact_id)
    return render(request, "facts/fact.html", fact=shown, reasons=REASONS)


@router.post("/{fact_id}/correct")
def correct_fact(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Put another value in its place."""
    told = corrected(desk, session, sent, fact_id)
    return done(sent, f"/facts/{told['id']}", told)


@router.post("/{fact_id}/retract")
def retract_fact(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Take it back."""
    return done(sent, f"/facts/{fact_id}", retracted(desk, session, sent, fact_id))


def corrected(desk: Desk, session: SessionRow, sent: Sent, fact_id: str) -> JsonObject:
    """Correct a fact; returns the one that holds now, as `fact_view`."""
    spend(desk, session, sent, f"correct:{fact_id}")
    successor = correct(desk.kernel, fact_id, sent.text("value"))
    desk.lane.wake()
    return fact_view(desk.kernel, successor)


def retracted(desk: Desk, session: SessionRow, sent: Sent, fact_id: str) -> JsonObject:
    """Retract a fact; returns it, as `fact_view`."""
    spend(desk, session, sent, f"retract:{fact_id}")
    retract(desk.kernel, fact_id, sent.text("reason", "wrong"))
    desk.lane.wake()
    return fact_view(desk.kernel, fact_id)

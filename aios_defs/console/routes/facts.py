"""Owns the pages of facts: those of the house, one with its history, and the operator's word on it.

The acts are shared with the API: they spend a nonce about `<act>:<fact id>` and wake the lane, for
what cited the fact is to be decided anew.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import Sent, SentForm, done, spend
from aios_defs.console.routes.lists import subject_of
from aios_defs.console.shell import render
from aios_defs.console.validity import validity
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.cards import readable
from aios_defs.services.correcting import REASONS, correct, retract
from aios_defs.services.fact_rollback import rollback_fact
from aios_defs.services.fact_times import asked_point, known_facts
from aios_defs.services.fact_view import fact_view, house_facts

router = APIRouter(prefix="/facts")


@router.get("")
def house(request: Request, desk: AtDesk) -> Response:
    """Show what the house, or the person of `of`, holds for true, now or as of another time."""
    return render(request, "facts/list.html", **known(desk, request.query_params))


def known(desk: Desk, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts of a subject as an address asks for them, and what it asked.

    Raises:
        UnknownId: nobody is known by `of`.
        UsageInvalid: several are, or a word is no moment.

    """
    kernel = desk.kernel
    of, as_of, known_at = (asked.get(one, "").strip()[:200] for one in ("of", "as_of", "known_at"))
    profile = subject_of(desk, of)
    with kernel.ledger.view() as view:
        at = asked_point(kernel, view, as_of, known_at) if as_of or known_at or profile else None
    whose = profile.id if profile else None
    return {
        "facts": known_facts(kernel, whose, at) if at else house_facts(kernel),
        "subject": {"id": whose, "name": readable(kernel, profile.name)} if profile else None,
        "as_of": as_of,
        "known_at": known_at,
        "point": at,
    }


@router.get("/{fact_id}")
def fact(fact_id: str, request: Request, desk: AtDesk) -> Response:
    """Show a fact with its history."""
    shown = fact_view(desk.kernel, fact_id)
    history: Any = shown["history"]
    drawn = validity(history, desk.kernel.clock.now())
    return render(request, "facts/fact.html", fact=shown, reasons=REASONS, drawn=drawn)


@router.post("/{fact_id}/correct")
def correct_fact(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Put another value in its place."""
    told = corrected(desk, session, sent, fact_id)
    return done(sent, f"/facts/{told['id']}", told)


@router.post("/{fact_id}/retract")
def retract_fact(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Take it back."""
    return done(sent, f"/facts/{fact_id}", retracted(desk, session, sent, fact_id))


@router.post("/{fact_id}/rollback")
def go_back(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Let this version hold again."""
    told = rolled_back(desk, session, sent, fact_id)
    return done(sent, f"/facts/{told['id']}", told)


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


def rolled_back(desk: Desk, session: SessionRow, sent: Sent, fact_id: str) -> JsonObject:
    """Go back to a version; returns the one that holds now, as `fact_view`."""
    spend(desk, session, sent, f"rollback:{fact_id}")
    restored = rollback_fact(desk.kernel, fact_id)
    desk.lane.wake()
    return fact_view(desk.kernel, restored)

"""Owns the pages of people: the list, and one person with all that is known."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, done, spend
from aios_defs.console.shell import render
from aios_defs.services.commitments import give_up, keep
from aios_defs.services.identity.merging import split
from aios_defs.services.people import Sought, people
from aios_defs.services.person_view import person_view

router = APIRouter(prefix="/people")


def sought_of(request: Request) -> Sought:
    """Return whom the query of an address asks for; what is no number counts as none."""
    asked = request.query_params
    return Sought(
        text=asked.get("q", "").strip()[:200],
        stage=asked.get("stage", ""),
        skip=number_of(asked.get("skip", "")) or 0,
    )


def number_of(text: str) -> int | None:
    """Return a position or count of an address's query, or None."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else None  # noqa: PLR2004 - what a database's integer holds


@router.get("")
def everybody(request: Request, desk: AtDesk) -> Response:
    """Show who is known, the latest contact first."""
    sought = sought_of(request)
    return render(request, "people/list.html", page=people(desk.kernel, sought), sought=sought)


@router.get("/{profile_id}")
def person(profile_id: str, request: Request, desk: AtDesk) -> Response:
    """Show one person."""
    before = number_of(request.query_params.get("before", ""))
    shown = person_view(desk.kernel, profile_id, before=before)
    return render(request, "people/person.html", person=shown, before=before)


@router.post("/{profile_id}/split")
def take_back(profile_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Take the merge of a profile into another back, and show the one that it leaves."""
    spend(desk, session, sent, f"split:{profile_id}")
    left = split(desk.kernel, profile_id)
    return done(sent, f"/people/{left}", {"id": profile_id, "left": left})


@router.post("/{profile_id}/commitments/{commitment_id}")
def ended(
    profile_id: str, commitment_id: str, desk: AtDesk, session: Session, sent: SentForm
) -> Response:
    """Take the operator's word on what became of a promise: `kept`, or `broken` and `because`."""
    spend(desk, session, sent, f"commitment:{commitment_id}")
    if sent.text("became") == "kept":
        keep(desk.kernel, commitment_id)
    else:
        give_up(desk.kernel, commitment_id, sent.text("because"))
    return done(sent, f"/people/{profile_id}#promised", {"id": commitment_id})

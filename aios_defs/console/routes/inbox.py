"""Owns the pages of the inbox: what waits, one card in full, and the acts on it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from aios_defs.console.acts import ACTS, COMMON_REASONS, about_of
from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import SentForm, done, spend
from aios_defs.console.inbox_way import Way, way_of
from aios_defs.console.shell import render
from aios_defs.core.errors import ApprovalStale, TransitionRefused, UnknownId
from aios_defs.core.model import JsonObject
from aios_defs.services.card_detail import card_detail
from aios_defs.services.inbox_list import Asked, list_inbox, next_card
from aios_defs.services.leaving import leaving

router = APIRouter()


def _asked(
    q: str = "", kind: str = "", workflow: str = "", group: str = "", after: str = ""
) -> Asked:
    return Asked(q=q, kind=kind, workflow=workflow, group=group, after=after)


AskedFor = Annotated[Asked, Depends(_asked)]


@router.get("/")
def home() -> Response:
    """Lead to the inbox."""
    return Response(status_code=303, headers={"Location": "/inbox"})


@router.get("/inbox")
def inbox_page(request: Request, desk: AtDesk, asked: AskedFor, did: str = "") -> Response:
    """Show what waits."""
    return _page(request, desk, asked, did=did)


@router.get("/inbox/{card_id}")
def card_page(
    request: Request, desk: AtDesk, asked: AskedFor, *, card_id: str, did: str = "", edit: str = ""
) -> Response:
    """Show one card in full, beside the list that it stands in."""
    detail = card_detail(desk.kernel, card_id)
    return _page(request, desk, asked, detail=detail, did=did, is_edit=bool(edit))


def _page(
    request: Request,
    desk: Desk,
    asked: Asked,
    *,
    detail: JsonObject | None = None,
    did: str = "",
    is_edit: bool = False,
    trouble: JsonObject | None = None,
    status: int = 200,
) -> Response:
    found = list_inbox(desk.kernel, asked)
    return render(
        request,
        "inbox/page.html",
        status=status,
        found=found,
        asked=asked,
        detail=detail | {"template": _template(detail)} if detail else None,
        following=next_card(found, str(detail["id"])) if detail else None,
        leaving=leaving(desk.kernel),
        did=_did(desk, did),
        is_edit=is_edit,
        trouble=trouble,
        reasons=COMMON_REASONS,
    )


def _template(detail: JsonObject) -> str:
    """Return the template of a card: all actions are shown alike, and the others by their kind."""
    return "decision.html" if "preview" in detail else "other.html"


def _did(desk: Desk, card_id: str) -> JsonObject | None:
    """Return the card that was just decided, for the line that says what became of it."""
    if not card_id:
        return None
    try:
        return card_detail(desk.kernel, card_id)
    except UnknownId:
        return None


@router.post("/inbox/{card_id}/{act}")
def act_on_card(
    request: Request, desk: AtDesk, session: Session, sent: SentForm, *, card_id: str, act: str
) -> Response:
    """Do one act on a card, then show the next one."""
    doing = ACTS.get(act)
    if doing is None:
        raise UnknownId("There is no such act.", remedy="Load the card anew.", act=act)
    spend(desk, session, sent, about_of(desk, act, card_id, sent))
    way = way_of(sent)
    try:
        value = doing(desk, card_id, sent)
    except (ApprovalStale, TransitionRefused) as error:
        if sent.is_json:
            raise
        return _overtaken(request, desk, way, card_id, error)
    return done(sent, way.onward(desk.kernel, card_id), value)


def _overtaken(
    request: Request, desk: Desk, way: Way, card_id: str, error: ApprovalStale | TransitionRefused
) -> Response:
    """Show the card as it stands now, with who was first."""
    return _page(
        request,
        desk,
        way.asked,
        detail=card_detail(desk.kernel, card_id),
        trouble={"code": error.code, "message": error.message, "remedy": error.remedy},
        status=409,
    )

"""Owns the pages of the inbox: what waits, one card in full, and the acts on it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from aios_defs.console.acts import perform, perform_batch
from aios_defs.console.api.parameters import After, OfGroup, OfKind, OfWorkflow, Search
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, done
from aios_defs.console.inbox_page import Shown, show_batch, show_inbox
from aios_defs.console.inbox_way import way_of
from aios_defs.core.errors import (
    ApprovalStale,
    PolicyRefused,
    PreviewAgain,
    TransitionRefused,
    UsageInvalid,
)
from aios_defs.services.card_detail import card_detail
from aios_defs.services.inbox_list import Asked
from aios_defs.services.strange import DISTRUST, TRUST

router = APIRouter()

_STAYS = ("undo", "retry", "replay", TRUST, DISTRUST)
"""Acts after which the same card is shown: what became of it is what one wants to see."""


def asked_for(
    q: Search = "",
    kind: OfKind = "",
    workflow: OfWorkflow = "",
    group: OfGroup = "",
    after: After = "",
) -> Asked:
    """Return what part of the inbox the query of an address asks for."""
    return Asked(q=q.strip(), kind=kind, workflow=workflow, group=group, after=after)


AskedFor = Annotated[Asked, Depends(asked_for)]


@router.get("/")
def home() -> Response:
    """Lead to the inbox."""
    return RedirectResponse("/inbox", status_code=303)


@router.get("/inbox")
def inbox_page(request: Request, desk: AtDesk, asked: AskedFor, did: str = "") -> Response:
    """Show what waits."""
    return show_inbox(request, desk, Shown(asked=asked, did=did))


@router.get("/inbox/decided")
def decided(
    request: Request, desk: AtDesk, asked: AskedFor, ids: str = "", answer: str = ""
) -> Response:
    """Show what became of each decision of a batch."""
    return show_batch(request, desk, asked, ids=ids.split("."), answer=answer)


@router.get("/inbox/{card_id}")
def card_page(
    request: Request,
    desk: AtDesk,
    asked: AskedFor,
    *,
    card_id: str,
    did: str = "",
    edit: str = "",
    replayed: str = "",
) -> Response:
    """Show one card in full, beside the list that it stands in."""
    shown = Shown(
        asked=asked,
        detail=card_detail(desk.kernel, card_id),
        did=did,
        is_edit=bool(edit),
        is_replay=bool(replayed),
    )
    return show_inbox(request, desk, shown)


@router.post("/inbox/batch")
def batch(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Answer the decisions that were ticked, each by its own hash."""
    value = perform_batch(desk, session, sent)
    ids = [text.partition(":")[0] for text in sent.texts("item")]
    return done(sent, way_of(sent).decided(ids, sent.text("answer")), value)


@router.post("/inbox/{card_id}/{act}")
def act_on_card(
    request: Request, desk: AtDesk, session: Session, sent: SentForm, *, card_id: str, act: str
) -> Response:
    """Do one act on a card, then show the next one; or the same one, with what was in the way."""
    way = way_of(sent)
    try:
        value = perform(desk, session, sent, act, card_id)
    except PreviewAgain as again:
        if sent.is_json:
            raise
        return RedirectResponse(way.back(str(again.fields["action_id"]), again="1"), 303)
    except (ApprovalStale, TransitionRefused, PolicyRefused, UsageInvalid) as error:
        if sent.is_json:
            raise
        detail = card_detail(desk.kernel, card_id)
        is_edit = act == "edit" and not isinstance(error, ApprovalStale)
        trouble = Shown(asked=way.asked, detail=detail, is_edit=is_edit, error=error, sent=sent)
        return show_inbox(request, desk, trouble)
    if act in _STAYS:
        return done(sent, way.back(card_id, replayed="1" if act == "replay" else ""), value)
    return done(sent, way.onward(desk.kernel, card_id, str(value["id"])), value)

"""Owns the inbox as JSON: the list, one card with its nonces, every act, and batches."""

from collections.abc import Callable
from typing import Any, cast

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.acts import ACTS, BATCH, batch_item, perform, perform_batch
from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import CardId
from aios_defs.console.api.shapes.card import Detail
from aios_defs.console.api.shapes.inbox import Answered, Inbox, Moved
from aios_defs.console.api.shapes.inbox_acts import Batch, body_of, words_of
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.routes.inbox import AskedFor
from aios_defs.core.model import JsonObject
from aios_defs.services.card_detail import card_detail
from aios_defs.services.inbox_list import list_inbox
from aios_defs.services.nonces import new_nonce

router = APIRouter(prefix="/api/inbox", tags=["inbox"])


@router.get("", operation_id="list_inbox", **gives(Inbox))
def read(desk: AtDesk, session: Session, asked: AskedFor) -> Response:
    """Return what waits: narrowed by kind, workflow or group, searched by q, paged by after."""
    nonces: JsonObject = {BATCH: new_nonce(desk.kernel, session.id, BATCH)}
    found = list_inbox(desk.kernel, asked)
    sections = cast("list[dict[str, Any]]", found["sections"])
    for card in (one for section in sections for one in section["cards"]):
        shown = card["content_hash"]
        card["item"] = batch_item(desk, session, card["id"], shown) if shown else None
    return JSONResponse({**found, "nonces": nonces})


@router.get("/{card_id}", operation_id="read_card", **gives(Detail))
def read_card(desk: AtDesk, session: Session, card_id: CardId) -> Response:
    """Return one card in full, with a nonce for each act that it offers.

    That of an act on a sink goes by `<act>:<id of the sink>`.
    """
    detail = card_detail(desk.kernel, card_id)
    acts = detail["acts"]
    nonces: JsonObject = {
        name: new_nonce(desk.kernel, session.id, str(act["about"]))
        for name, act in (acts.items() if isinstance(acts, dict) else ())
        if isinstance(act, dict)
    }
    strange = cast("list[dict[str, Any]]", detail.get("strange", []))
    for one in (one for one in strange if one["act"]):
        nonces[f"{one['act']}:{one['id']}"] = new_nonce(desk.kernel, session.id, one["about"])
    return JSONResponse({**detail, "nonces": nonces})


@router.post("/batch", operation_id="answer_batch", **gives(Answered), **takes(Batch))
def answer_batch(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Answer several decisions, each by its own hash; those that can't be are reported."""
    return JSONResponse(perform_batch(desk, session, sent))


def _doing(act: str) -> Callable[..., Response]:
    def do(desk: AtDesk, session: Session, sent: SentForm, card_id: CardId) -> Response:
        return JSONResponse(perform(desk, session, sent, act, card_id))

    return do


for _act in ACTS:
    router.add_api_route(
        f"/{{card_id}}/{_act}",
        _doing(_act),
        methods=["POST"],
        name=f"{_act}_card",
        operation_id=f"{_act}_card",
        description=words_of(_act),
        **gives(Moved),
        **takes(body_of(_act)),
    )

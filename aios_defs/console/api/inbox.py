"""Owns the inbox as JSON: the list, one card with its nonces, every act, and batches."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from aios_defs.console.acts import ACTS, BATCH, perform, perform_batch
from aios_defs.console.api.inbox_models import (
    BODIES,
    Answered,
    Batch,
    Detail,
    Inbox,
    Moved,
    Plain,
)
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.routes.inbox import AskedFor
from aios_defs.core.model import JsonObject
from aios_defs.services.card_detail import card_detail
from aios_defs.services.inbox_list import list_inbox
from aios_defs.services.nonces import new_nonce

router = APIRouter(prefix="/api/inbox", tags=["inbox"])


@router.get("", response_model=Inbox)
def read(desk: AtDesk, session: Session, asked: AskedFor) -> JsonObject:
    """Return what waits: narrowed by kind, workflow or group, searched by q, paged by after."""
    nonces: JsonObject = {BATCH: new_nonce(desk.kernel, session.id, BATCH)}
    return {**list_inbox(desk.kernel, asked), "nonces": nonces}


@router.get("/{card_id}", response_model=Detail)
def read_card(desk: AtDesk, session: Session, card_id: str) -> JsonObject:
    """Return one card in full, with a nonce for each act that it offers."""
    detail = card_detail(desk.kernel, card_id)
    acts = detail["acts"]
    nonces: JsonObject = {
        name: new_nonce(desk.kernel, session.id, str(act["about"]))
        for name, act in (acts.items() if isinstance(acts, dict) else ())
        if isinstance(act, dict)
    }
    return {**detail, "nonces": nonces}


def _takes(body: type[BaseModel]) -> dict[str, Any]:
    schema = body.model_json_schema()
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "409": {"description": "Somebody was first, or an edit met a rule that was not shown."},
            "403": {"description": "The nonce is not of this card as it is, or policy denies."},
        },
    }


@router.post("/batch", response_model=Answered, openapi_extra=_takes(Batch))
def answer_batch(desk: AtDesk, session: Session, sent: SentForm) -> JsonObject:
    """Answer several decisions, each by its own hash; those that can't be are reported."""
    return perform_batch(desk, session, sent)


def _doing(act: str) -> Callable[..., JsonObject]:
    def do(desk: AtDesk, session: Session, sent: SentForm, card_id: str) -> JsonObject:
        return perform(desk, session, sent, act, card_id)

    return do


for _act in ACTS:
    router.add_api_route(
        f"/{{card_id}}/{_act}",
        _doing(_act),
        methods=["POST"],
        response_model=Moved,
        name=f"{_act}_card",
        operation_id=f"{_act}_card",
        summary=f"{_act.capitalize()} a card.",
        openapi_extra=_takes(BODIES.get(_act, Plain)),
    )

"""Owns messages, people and facts as JSON, and the operator's word on a fact."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from aios_defs.console.api.activity import Filter
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, done
from aios_defs.console.routes.facts import corrected, retracted
from aios_defs.console.routes.people import number_of, sought_of
from aios_defs.core.model import JsonObject
from aios_defs.services.fact_view import fact_view, house_facts
from aios_defs.services.message_view import message_view
from aios_defs.services.nonces import new_nonce
from aios_defs.services.people import people
from aios_defs.services.person_view import person_view

router = APIRouter(prefix="/api", tags=["memory"])


class Correction(BaseModel):
    """What a correction sends: the nonce of the fact's page, and what is really true."""

    nonce: str
    value: str = Field(examples=["45.00 EUR"])


class Retraction(BaseModel):
    """What a retraction sends: the nonce of the fact's page, and why."""

    nonce: str
    reason: Literal["wrong", "over"] = "wrong"


def _takes(body: type[BaseModel]) -> dict[str, Any]:
    schema = body.model_json_schema()
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "403": {"description": "The nonce is not of this fact and act, or was used."},
            "404": {"description": "There is no such fact."},
            "409": {"description": "The fact does not stand any more."},
            "422": {"description": "The value says nothing new, or is no amount where one was."},
        },
    }


@router.get("/messages/{message_id}")
def message(message_id: str, desk: AtDesk) -> JsonObject:
    """Return a message; its `content` comes from outside."""
    return message_view(desk.kernel, message_id)


@router.get("/people")
def everybody(
    request: Request,
    desk: AtDesk,
    *,
    q: Filter = "",  # noqa: ARG001 - for the schema; `sought_of` reads it
    stage: Filter = "",  # noqa: ARG001 - as above
    skip: Filter = "",  # noqa: ARG001 - as above
) -> JsonObject:
    """Return a page of people, the latest contact first; `more` is the next `skip`."""
    return people(desk.kernel, sought_of(request))


@router.get("/people/{profile_id}")
def person(profile_id: str, desk: AtDesk, before: Filter = "") -> JsonObject:
    """Return one person with interactions, open tasks and facts."""
    return person_view(desk.kernel, profile_id, before=number_of(before))


@router.get("/facts")
def house(desk: AtDesk) -> JsonObject:
    """Return the facts of the house that stand, by topic."""
    return {"facts": house_facts(desk.kernel)}


@router.get("/facts/{fact_id}")
def fact(fact_id: str, desk: AtDesk, session: Session) -> JsonObject:
    """Return a fact with its history, and a nonce for each act that it takes."""
    shown = fact_view(desk.kernel, fact_id)
    acts = shown["acts"]
    nonces: JsonObject = {
        str(act): new_nonce(desk.kernel, session.id, f"{act}:{fact_id}")
        for act in (acts if isinstance(acts, list) else ())
    }
    return {**shown, "nonces": nonces}


@router.post("/facts/{fact_id}/correct", openapi_extra=_takes(Correction))
def correct_fact(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Put another `value` in a fact's place; returns the fact that holds now."""
    told = corrected(desk, session, sent, fact_id)
    return done(sent.for_program(), f"/facts/{told['id']}", told)


@router.post("/facts/{fact_id}/retract", openapi_extra=_takes(Retraction))
def retract_fact(fact_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Take a fact back, for the `reason` wrong or over; returns it."""
    told = retracted(desk, session, sent, fact_id)
    return done(sent.for_program(), f"/facts/{fact_id}", told)

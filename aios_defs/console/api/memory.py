"""Owns messages, people and facts as JSON, and the operator's word on a fact."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import (
    AboutWhom,
    AsOfDay,
    Before,
    FactId,
    InShort,
    InStage,
    KnownAt,
    KnownOn,
    MessageId,
    ProfileId,
    Question,
    Search,
    Skip,
    TrueOn,
    UpToLevel,
)
from aios_defs.console.api.shapes.facts import Correction, Fact, Facts, FactShown, Retraction
from aios_defs.console.api.shapes.memory import Message, People, Person
from aios_defs.console.api.shapes.recall import Answer
from aios_defs.console.api.shapes.shape import Plain
from aios_defs.console.asking import answer_of, typed_of
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, done
from aios_defs.console.routes.facts import corrected, known, retracted, rolled_back
from aios_defs.console.routes.people import number_of, sought_of
from aios_defs.core.model import JsonObject
from aios_defs.services.fact_view import fact_view
from aios_defs.services.message_view import message_view
from aios_defs.services.nonces import new_nonce
from aios_defs.services.people import people
from aios_defs.services.person_view import person_view

router = APIRouter(prefix="/api", tags=["memory"])


@router.get("/messages/{message_id}", operation_id="read_message", **gives(Message))
def message(message_id: MessageId, desk: AtDesk) -> Response:
    """Return a message; its `content` comes from outside."""
    return JSONResponse(message_view(desk.kernel, message_id))


@router.get("/people", operation_id="list_people", **gives(People))
def everybody(
    request: Request,
    desk: AtDesk,
    *,
    q: Search = "",  # noqa: ARG001 - for the schema; `sought_of` reads it
    stage: InStage = "",  # noqa: ARG001 - as above
    skip: Skip = "",  # noqa: ARG001 - as above
) -> Response:
    """Return a page of people, the latest contact first; `more` is the next `skip`."""
    return JSONResponse(people(desk.kernel, sought_of(request)))


@router.get("/people/{profile_id}", operation_id="read_person", **gives(Person))
def person(profile_id: ProfileId, desk: AtDesk, before: Before = "") -> Response:
    """Return one person with interactions, open tasks and facts."""
    return JSONResponse(person_view(desk.kernel, profile_id, before=number_of(before)))


@router.get("/memory", operation_id="ask_memory", **gives(Answer))
def ask(
    request: Request,
    desk: AtDesk,
    *,
    q: Question = "",  # noqa: ARG001 - for the schema; `typed_of` reads it
    of: AboutWhom = "",  # noqa: ARG001 - as above
    level: UpToLevel = "",  # noqa: ARG001 - as above
    as_of: TrueOn = "",  # noqa: ARG001 - as above
    known_at: KnownOn = "",  # noqa: ARG001 - as above
    short: InShort = "",  # noqa: ARG001 - as above
) -> Response:
    """Return what memory holds on a question; the first one of a process takes some seconds."""
    return JSONResponse(answer_of(desk, typed_of(request.query_params)))


@router.get("/facts", operation_id="list_facts", **gives(Facts))
def house(
    desk: AtDesk, of: AboutWhom = "", as_of: AsOfDay = "", known_at: KnownAt = ""
) -> Response:
    """Return the facts of the house, or of a person, that stand now or as of another time."""
    found = known(desk, {"of": of, "as_of": as_of, "known_at": known_at})
    return JSONResponse({"facts": found["facts"]})


@router.get("/facts/{fact_id}", operation_id="read_fact", **gives(Fact))
def fact(fact_id: FactId, desk: AtDesk, session: Session) -> Response:
    """Return a fact with its history, and a nonce for each act that it takes."""
    shown = fact_view(desk.kernel, fact_id)
    acts = shown["acts"]
    nonces: JsonObject = {
        str(act): new_nonce(desk.kernel, session.id, f"{act}:{fact_id}")
        for act in (acts if isinstance(acts, list) else ())
    }
    return JSONResponse({**shown, "nonces": nonces})


@router.post(
    "/facts/{fact_id}/correct",
    operation_id="correct_fact",
    **gives(FactShown),
    **takes(Correction),
)
def correct_fact(fact_id: FactId, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Put another `value` in a fact's place; returns the fact that holds now."""
    told = corrected(desk, session, sent, fact_id)
    return done(sent.for_program(), f"/facts/{told['id']}", told)


@router.post(
    "/facts/{fact_id}/retract",
    operation_id="retract_fact",
    **gives(FactShown),
    **takes(Retraction),
)
def retract_fact(fact_id: FactId, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Take a fact back, for the `reason` wrong or over; returns it."""
    told = retracted(desk, session, sent, fact_id)
    return done(sent.for_program(), f"/facts/{fact_id}", told)


@router.post(
    "/facts/{fact_id}/rollback",
    operation_id="rollback_fact",
    **gives(FactShown),
    **takes(Plain),
)
def rollback_fact(fact_id: FactId, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Let a version hold again instead of all that came after it; returns the one that does."""
    told = rolled_back(desk, session, sent, fact_id)
    return done(sent.for_program(), f"/facts/{told['id']}", told)

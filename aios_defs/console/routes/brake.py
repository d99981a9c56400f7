"""Owns the operator's brake: pausing and resuming everything, a workflow, an agent, a connector."""

from fastapi import APIRouter
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import Sent, SentForm, done, local_path, spend
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.house import PauseRow
from aios_defs.services.pause import check_scope, pause, resume

router = APIRouter()

ALL = "all"


def about(scope: str) -> str:
    """Return what a nonce of the brake is for."""
    return "brake" if scope == ALL else f"brake:{scope}"


@router.post("/pause")
def pause_scope(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Stop a scope: after the position in the answer nothing starts in it."""
    scope = _scope(desk, sent)
    spend(desk, session, sent, about(scope))
    position = pause(desk.kernel, scope, sent.text("reason"))
    return done(sent, _back(sent), _state(desk, scope, position=position))


@router.post("/resume")
def resume_scope(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Let a scope go on; what waits in it is taken up at once."""
    scope = _scope(desk, sent)
    spend(desk, session, sent, about(scope))
    was_paused = resume(desk.kernel, scope)
    desk.lane.wake()
    return done(sent, _back(sent), _state(desk, scope, was_paused=was_paused))


def _back(sent: Sent) -> str:
    return local_path(sent.text("to"), "/workflows")


def _scope(desk: Desk, sent: Sent) -> str:
    scope = sent.text("scope", ALL)
    check_scope(desk.kernel, scope)
    return scope


def _state(desk: Desk, scope: str, **what: JsonValue) -> JsonObject:
    with desk.kernel.ledger.view() as view:
        paused = sorted(view.column(PauseRow, "scope"))
    return {"scope": scope, **what, "paused": list[JsonValue](paused)}

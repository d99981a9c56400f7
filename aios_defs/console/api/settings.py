"""Owns the settings, sessions and tokens as JSON."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import SessionId, TokenId
from aios_defs.console.api.shapes.settings import (
    Access,
    Ended,
    Grant,
    Granted,
    Settings,
    TellingTest,
)
from aios_defs.console.api.shapes.shape import Plain
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.routes import settings as pages
from aios_defs.console.settings import settings
from aios_defs.core.model import JsonObject
from aios_defs.services.nonces import new_nonce

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("", operation_id="read_settings", **gives(Settings))
def read(desk: AtDesk, session: Session) -> Response:
    """Return what is configured and who may come in; no secret is in it."""
    found: dict[str, Any] = settings(desk, session)

    def nonce(about: str) -> str:
        return new_nonce(desk.kernel, session.id, about)

    nonces: JsonObject = {
        "test": nonce("notify-test"),
        "token": nonce("token"),
        "end": {
            one: nonce(f"end:{one}")
            for one in ("others", *(row["id"] for row in found["access"]["sessions"]))
        },
        "revoke": {row["id"]: nonce(f"revoke:{row['id']}") for row in found["access"]["tokens"]},
    }
    return JSONResponse({**found, "nonces": nonces})


@router.post("/notify/test", operation_id="test_notify", **gives(TellingTest), **takes(Plain))
def test(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Send a test over every channel to the operator."""
    return pages.test(desk, session, sent.for_program())


@router.post(
    "/sessions/others/end",
    operation_id="end_other_sessions",
    **gives(Ended),
    **takes(Plain),
)
def end_the_others(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """End every session but the one that asks."""
    return pages.end_the_others(desk, session, sent.for_program())


@router.post(
    "/sessions/{session_id}/end",
    operation_id="end_session",
    **gives(Access),
    **takes(Plain),
)
def end_one(desk: AtDesk, session: Session, sent: SentForm, session_id: SessionId) -> Response:
    """End one session."""
    return pages.end_one(desk, session, sent.for_program(), session_id)


@router.post("/tokens", operation_id="grant_token", **gives(Granted), **takes(Grant))
def grant(request: Request, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Grant a bearer token `name` for `days` days; its secret is in this answer only."""
    return pages.grant(request, desk, session, sent.for_program())


@router.post(
    "/tokens/{token_id}/revoke",
    operation_id="revoke_token",
    **gives(Access),
    **takes(Plain),
)
def revoke(desk: AtDesk, session: Session, sent: SentForm, token_id: TokenId) -> Response:
    """Make a bearer token worth nothing."""
    return pages.revoke(desk, session, sent.for_program(), token_id)

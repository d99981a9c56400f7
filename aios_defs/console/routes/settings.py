"""Owns the settings page: what is configured where, a test of notifications, who may come in."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import Sent, SentForm, done, spend
from aios_defs.console.settings import send_a_test, settings
from aios_defs.console.shell import render
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.access import access
from aios_defs.services.sessions import end_others, end_session
from aios_defs.services.telling import check_channels
from aios_defs.services.tokens import grant_token, revoke_token

router = APIRouter()

TOKEN_DAYS = (7, 30, 90, 365)
"""For how many days a page offers a bearer token."""
_HERE = "/settings#access"


@router.get("/settings")
def page(request: Request, desk: AtDesk, session: Session) -> Response:
    """Show what is configured, and where to change it."""
    return _page(request, desk, session)


@router.post("/settings/notify/test")
def test(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Send a test over every channel to the operator."""
    spend(desk, session, sent, "notify-test")
    check_channels(desk.home.messengers)
    return done(sent, "/settings#notifications", send_a_test(desk))


@router.post("/settings/sessions/others/end")
def end_the_others(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """End every session but this one."""
    spend(desk, session, sent, "end:others")
    count = end_others(desk.kernel, session.id)
    return done(sent, _HERE, {"ended": count, **access(desk.kernel, own=session.id)})


@router.post("/settings/sessions/{session_id}/end")
def end_one(desk: AtDesk, session: Session, sent: SentForm, session_id: str) -> Response:
    """End one session, with those bound to it."""
    spend(desk, session, sent, f"end:{session_id}")
    end_session(desk.kernel, session_id)
    to = "/login" if session_id == session.id else _HERE
    return done(sent, to, access(desk.kernel, own=session.id))


@router.post("/settings/tokens")
def grant(request: Request, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Grant a program a bearer token; its secret is in this answer and nowhere else."""
    spend(desk, session, sent, "token")
    name = sent.text("name").strip()
    secret = grant_token(desk.kernel, name, timedelta(days=_days(sent)))
    if sent.is_json:
        return JSONResponse({"name": name, "token": secret})
    return _page(request, desk, session, granted={"name": name, "token": secret})


@router.post("/settings/tokens/{token_id}/revoke")
def revoke(desk: AtDesk, session: Session, sent: SentForm, token_id: str) -> Response:
    """Make a bearer token worth nothing."""
    spend(desk, session, sent, f"revoke:{token_id}")
    revoke_token(desk.kernel, token_id)
    return done(sent, _HERE, access(desk.kernel, own=session.id))


def _page(
    request: Request, desk: Desk, session: SessionRow, *, granted: dict[str, str] | None = None
) -> Response:
    return render(
        request,
        "settings/page.html",
        page=settings(desk, session),
        token_days=TOKEN_DAYS,
        granted=granted,
    )


def _days(sent: Sent) -> int:
    text = sent.text("days")
    if not (text.isascii() and text.isdecimal() and len(text) <= len("366")):
        raise UsageInvalid(
            "The number of days is none.", remedy="Send `days`, a number from 1 to 366."
        )
    return int(text)

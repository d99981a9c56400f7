"""Owns the way in and out: the page that redeems a login link, and the end of a session.

A GET only shows: robots, previews and a second tab use no link up. The page sends the link's secret
by POST, by itself where scripts run and by its button where they do not.
"""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from aios_defs.console.cookies import give_cookie, take_cookie
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, local_path, spend
from aios_defs.console.problems import answer, wants_json
from aios_defs.console.shell import render
from aios_defs.core.errors import LoginRefused
from aios_defs.services.sessions import end_session, log_in

router = APIRouter()


@router.get("/login")
def login_page(request: Request, token: str = "", to: str = "") -> Response:
    """Show the way in: a button when a link led here, else where to get one."""
    return render(request, "login/login.html", token=token, to=local_path(to), problem=None)


@router.post("/login")
def login(request: Request, desk: AtDesk, sent: SentForm) -> Response:
    """Redeem a link for a new session; a session that the browser had before is ended.

    Whoever is in already and follows a link that was used is led on: there is nothing to mend.
    """
    to = local_path(sent.text("to"))
    agent = request.headers.get("user-agent", "")
    try:
        secret = log_in(desk.kernel, sent.text("token").strip(), agent=agent)
    except LoginRefused as error:
        if request.state.session is not None and not wants_json(request):
            return RedirectResponse(to, status_code=303)
        return _refused(request, error, to)
    if request.state.session is not None:
        end_session(desk.kernel, request.state.session.id)
    found = RedirectResponse(to, status_code=303)
    give_cookie(found, desk.origin, "console", secret)
    return found


@router.post("/logout")
def logout(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """End this session, and the one at Dagster's pages that came of it."""
    spend(desk, session, sent, "logout")
    end_session(desk.kernel, session.id)
    found = RedirectResponse("/login?" + urlencode({"to": "/inbox"}), status_code=303)
    take_cookie(found, desk.origin, "console")
    return found


def _refused(request: Request, error: LoginRefused, to: str) -> Response:
    """Answer a wrong link: the page says so, and how to get another."""
    found = answer(request, error)
    if wants_json(request):
        return found
    page = render(
        request,
        "login/login.html",
        status=found.status_code,
        token="",
        to=to,
        problem={"message": error.message, "remedy": error.remedy},
    )
    for name in ("Retry-After", "WWW-Authenticate"):
        if name in found.headers:
            page.headers[name] = found.headers[name]
    return page

"""Owns the way from the console into Dagster's pages: a page that carries a ticket over.

The ticket travels in a form, so it stands in no address, no history and no log.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.door import CSP
from aios_defs.console.forms import local_path
from aios_defs.console.shell import render
from aios_defs.services.sessions import make_ticket

router = APIRouter()


@router.get("/dagster")
def dagster(request: Request, desk: AtDesk, session: Session, to: str = "/") -> Response:
    """Lead into a page of Dagster's, with a ticket that works once, within a minute."""
    origin, to = desk.dagster_origin, local_path(to, "/")
    if origin is None:
        return render(request, "dagster/closed.html")
    is_near = is_loopback(origin) == is_loopback(desk.origin)
    ticket = make_ticket(desk.kernel, session.id)
    page = render(
        request, "dagster/enter.html", origin=origin, to=to, ticket=ticket, is_near=is_near
    )
    page.headers["Content-Security-Policy"] = CSP.replace(
        "form-action 'self'", f"form-action {origin}"
    )
    # Dagster's guard asks from which origin the form comes; by `same-origin` it would say `null`.
    page.headers["Referrer-Policy"] = "origin"
    return page


def is_loopback(origin: str) -> bool:
    """Return whether an origin is reached on this machine only."""
    host = urlsplit(origin).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

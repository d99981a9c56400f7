"""Owns the page that asks memory."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.asking import asked_page, typed_of
from aios_defs.console.desk import AtDesk
from aios_defs.console.problems import status_of
from aios_defs.console.shell import render

router = APIRouter(prefix="/memory")


@router.get("")
def ask(request: Request, desk: AtDesk) -> Response:
    """Show what memory holds on a question, the best first, and why it was found."""
    page = asked_page(desk, typed_of(request.query_params))
    status = status_of(page["trouble"]) if page["trouble"] else 200
    return render(request, "memory/ask.html", status=status, **page)

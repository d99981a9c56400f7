"""Owns the page of the timeline: what happened, newest first, with filters."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk
from aios_defs.console.shell import render
from aios_defs.services.timeline import Wanted, timeline

router = APIRouter()


def wanted_of(request: Request) -> Wanted:
    """Return what the query of an address asks the timeline for; what is unknown is left out."""
    asked = request.query_params
    before = asked.get("before", "")
    return Wanted(
        group=asked.get("group", ""),
        workflow=asked.get("workflow", ""),
        actor=asked.get("actor", ""),
        person=asked.get("person", ""),
        id=asked.get("id", "").strip(),
        before=int(before) if before.isdecimal() and before.isascii() else None,
        is_flat=asked.get("flat") == "1",
    )


@router.get("/activity")
def activity(request: Request, desk: AtDesk) -> Response:
    """Show a page of everything that happened."""
    wanted = wanted_of(request)
    page = timeline(desk.kernel, wanted)
    return render(request, "activity/list.html", page=page, wanted=wanted)

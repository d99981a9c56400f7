"""Owns the timeline and the trace as JSON."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api import parameters as given_by
from aios_defs.console.api.describe import gives
from aios_defs.console.api.shapes.activity import Activity, Story
from aios_defs.console.desk import AtDesk
from aios_defs.console.routes.activity import wanted_of
from aios_defs.services.story.tell import tell_story
from aios_defs.services.timeline import timeline

router = APIRouter(prefix="/api", tags=["activity"])


@router.get("/activity", operation_id="read_activity", **gives(Activity))
def activity(
    request: Request,
    desk: AtDesk,
    *,
    group: given_by.InGroup = "",  # noqa: ARG001 - as above
    workflow: given_by.OfWorkflow = "",  # noqa: ARG001 - as above
    actor: given_by.ByActor = "",  # noqa: ARG001 - as above
    person: given_by.OfPerson = "",  # noqa: ARG001 - as above
    id: given_by.AboutId = "",  # noqa: A002, ARG001 - as above; the address says `id`
    before: given_by.Before = "",  # noqa: ARG001 - as above
    flat: given_by.Flat = "",  # noqa: ARG001 - as above
) -> Response:
    """Return a page of everything that happened, newest first; `older` is the next `before`."""
    return JSONResponse(timeline(desk.kernel, wanted_of(request)))


@router.get("/trace/{given}", operation_id="read_trace", **gives(Story))
def trace(given: given_by.AnyId, desk: AtDesk) -> Response:
    """Return the story of any id: its steps, its events in words, its runs, why it was asked."""
    return JSONResponse(tell_story(desk.kernel, given))

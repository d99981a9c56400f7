"""Owns the timeline and the trace as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from aios_defs.console.desk import AtDesk
from aios_defs.console.routes.activity import wanted_of
from aios_defs.core.model import JsonObject
from aios_defs.services.story.tell import tell_story
from aios_defs.services.timeline import timeline

router = APIRouter(prefix="/api", tags=["activity"])

Filter = Annotated[str, Query(max_length=200)]


@router.get("/activity")
def activity(
    request: Request,
    desk: AtDesk,
    *,
    group: Filter = "",  # noqa: ARG001 - as above
    workflow: Filter = "",  # noqa: ARG001 - as above
    actor: Filter = "",  # noqa: ARG001 - as above
    person: Filter = "",  # noqa: ARG001 - as above
    id: Filter = "",  # noqa: A002, ARG001 - as above; the address says `id`
    before: Filter = "",  # noqa: ARG001 - as above
    flat: Filter = "",  # noqa: ARG001 - as above
) -> JsonObject:
    """Return a page of everything that happened, newest first; `older` is the next `before`."""
    return timeline(desk.kernel, wanted_of(request))


@router.get("/trace/{given}")
def trace(given: str, desk: AtDesk) -> JsonObject:
    """Return the story of any id: its steps, its events in words, its runs, why it was asked."""
    return tell_story(desk.kernel, given)

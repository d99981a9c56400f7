"""Owns the page of a trace: the story of any id in words and as a picture."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk
from aios_defs.console.picture import draw
from aios_defs.console.shell import render
from aios_defs.services.story.tell import tell_story

router = APIRouter()

DRAWN = 50
"""How many steps a page shows, the latest; the timeline of the same id has all events."""


@router.get("/trace/{given}")
def trace(given: str, request: Request, desk: AtDesk) -> Response:
    """Show what led to a thing and what followed from it."""
    story = tell_story(desk.kernel, given)
    steps = story["steps"]
    assert isinstance(steps, list)  # noqa: S101 - as told
    picture = draw([one for one in steps[-DRAWN:] if isinstance(one, dict)])
    earlier = max(0, len(steps) - DRAWN)
    return render(request, "trace/story.html", story=story, picture=picture, earlier=earlier)

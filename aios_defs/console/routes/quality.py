"""Owns the pages about the checks of artifacts: how each stands, and the rows of one that fail."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk
from aios_defs.console.shell import render
from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.quality.view import verdict_view, verdict_views
from resources.quality.verdicts import Verdicts, known_artifact

router = APIRouter(prefix="/quality")


def all_verdicts(desk: Desk) -> JsonObject:
    """Return the last verdict on each artifact."""
    found = verdict_views(desk.kernel, Verdicts(desk.home.path).every())
    return {"artifacts": list[JsonValue](found)}


def one_verdict(desk: Desk, name: str) -> JsonObject:
    """Return the last verdict on one artifact; raises UnknownId where there is none."""
    verdict = Verdicts(desk.home.path).last(known_artifact(name))
    if verdict is None:
        raise UnknownId(
            f"{name} was not checked yet.",
            remedy="The hourly jobs of aios up do it.",
            id=name,
        )
    return verdict_view(desk.kernel, verdict)


@router.get("")
def quality(request: Request, desk: AtDesk) -> Response:
    """Show how each artifact stands."""
    return render(request, "quality/list.html", shown=all_verdicts(desk))


@router.get("/{artifact}")
def artifact(request: Request, desk: AtDesk, artifact: str) -> Response:
    """Show what one artifact does not meet, row by row."""
    return render(request, "quality/artifact.html", shown=one_verdict(desk, artifact))

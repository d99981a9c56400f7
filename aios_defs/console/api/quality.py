"""Owns the checks of artifacts as JSON."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives
from aios_defs.console.api.parameters import ArtifactName
from aios_defs.console.api.shapes.quality import Checked, CheckedAll
from aios_defs.console.desk import AtDesk
from aios_defs.console.routes import quality as pages

router = APIRouter(prefix="/api", tags=["health"])


@router.get("/quality", operation_id="list_checks", **gives(CheckedAll))
def quality(desk: AtDesk) -> Response:
    """Return what the last check said of each artifact."""
    return JSONResponse(pages.all_verdicts(desk))


@router.get("/quality/{artifact}", operation_id="read_checks", **gives(Checked))
def artifact(artifact: ArtifactName, desk: AtDesk) -> Response:
    """Return what the last check said of one artifact, with the rows that fail."""
    return JSONResponse(pages.one_verdict(desk, artifact))

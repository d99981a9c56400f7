"""Owns the report on how knowledge compounds as JSON."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives
from aios_defs.console.api.parameters import Days
from aios_defs.console.api.shapes.compounding import Compounding
from aios_defs.console.desk import AtDesk
from aios_defs.services.compounding import compounding

router = APIRouter(prefix="/api/memory", tags=["memory"])


@router.get("/report", operation_id="read_compounding", **gives(Compounding))
def report(desk: AtDesk, days: Days = 30) -> Response:
    """Return how far what one workflow learns serves the others, over the last days."""
    return JSONResponse(compounding(desk.kernel, timedelta(days=days)))

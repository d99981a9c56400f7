"""Owns the lists of memory by type and the report on how it compounds, as JSON."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives
from aios_defs.console.api.parameters import AboutWhom, Days, KnownAt, MemoryType, Skip
from aios_defs.console.api.shapes.compounding import Compounding, MemoryList
from aios_defs.console.desk import AtDesk
from aios_defs.console.routes.lists import page_of
from aios_defs.console.routes.people import number_of
from aios_defs.services.compounding import compounding
from aios_defs.services.memory_lists import PAGE

router = APIRouter(prefix="/api/memory", tags=["memory"])


@router.get("/report", operation_id="read_compounding", **gives(Compounding))
def report(desk: AtDesk, days: Days = 30) -> Response:
    """Return how far what one workflow learns serves the others, over the last days."""
    return JSONResponse(compounding(desk.kernel, timedelta(days=days)))


@router.get("/lists/{kind}", operation_id="list_memory", **gives(MemoryList))
def listed(
    desk: AtDesk, kind: MemoryType, of: AboutWhom = "", known_at: KnownAt = "", skip: Skip = ""
) -> Response:
    """Return a page of what memory holds of a type, of all or of one subject, now or as known then.

    It has up to 100 items.
    """
    asked = {"of": of, "known_at": known_at}
    return JSONResponse(page_of(desk, kind, asked, number_of(skip) or 0, size=PAGE))

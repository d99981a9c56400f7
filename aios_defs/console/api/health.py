"""Owns the health of the house as JSON."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import ConnectorName
from aios_defs.console.api.shapes.health import (
    Health,
    LetWrite,
    Standing,
    Status,
    Suspend,
    Verification,
)
from aios_defs.console.api.shapes.shape import Plain
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.health import health
from aios_defs.console.routes import health as pages
from aios_defs.core.model import JsonObject
from aios_defs.services.nonces import new_nonce
from aios_defs.services.views import status

router = APIRouter(prefix="/api", tags=["health"])


@router.get("/health", operation_id="read_health", **gives(Health))
def read(desk: AtDesk, session: Session) -> Response:
    """Return how everything is; what is slow to find out says how old it is."""
    nonces: JsonObject = {
        "verify": new_nonce(desk.kernel, session.id, "verify"),
        "trust": {
            name: new_nonce(desk.kernel, session.id, f"trust:{name}")
            for name in desk.kernel.connectors
        },
        "suspend": {
            name: new_nonce(desk.kernel, session.id, f"suspend:{name}")
            for name in desk.kernel.connectors
        },
    }
    return JSONResponse({**health(desk), "nonces": nonces})


@router.get("/status", operation_id="read_status", **gives(Status))
def read_status(desk: AtDesk) -> Response:
    """Return where the home stands, as `aios status --json` does."""
    return JSONResponse(status(desk.kernel))


@router.post("/health/verify", operation_id="verify_ledger", **gives(Verification), **takes(Plain))
def verify(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Begin to check the whole ledger; ask /api/health for how it is going."""
    return pages.verify(desk, session, sent.for_program())


@router.post(
    "/health/connectors/{name}/trust",
    operation_id="trust_connector",
    **gives(Standing),
    **takes(LetWrite),
)
def let_write(desk: AtDesk, session: Session, sent: SentForm, name: ConnectorName) -> Response:
    """Let a connector write for `days` days."""
    return pages.let_write(desk, session, sent.for_program(), name)


@router.post(
    "/health/connectors/{name}/suspend",
    operation_id="suspend_connector",
    **gives(Standing),
    **takes(Suspend),
)
def stop_writing(desk: AtDesk, session: Session, sent: SentForm, name: ConnectorName) -> Response:
    """Take a connector back to reading only, for the `reason` given."""
    return pages.stop_writing(desk, session, sent.for_program(), name)

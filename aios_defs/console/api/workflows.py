"""Owns the workflows, the brake and the metrics as JSON."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.routes import brake
from aios_defs.console.routes import workflows as pages
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.metrics_view import Scope, metrics
from aios_defs.services.nonces import new_nonce
from aios_defs.services.workflows import workflow, workflows

router = APIRouter(prefix="/api", tags=["workflows"])

Name = Annotated[str, Query(max_length=200)]
Days = Annotated[int, Query(ge=1, le=400)]


@router.get("/workflows")
def index(desk: AtDesk, session: Session) -> JsonObject:
    """Return every workflow; `nonces` are for pausing and resuming everything."""
    return {**workflows(desk.kernel), "nonces": _brake(desk, session, "all")}


@router.get("/workflows/{name}")
def one(desk: AtDesk, session: Session, name: str, days: Days = 7) -> JsonObject:
    """Return one workflow with its evidence, rules and metrics of the last days."""
    found = workflow(desk.kernel, name, since=timedelta(days=days))
    scopes = desk.kernel.workflow(name).scopes.values()
    nonces: JsonObject = {
        "run": new_nonce(desk.kernel, session.id, f"run:{name}"),
        **{scope: _brake(desk, session, scope) for scope in ("all", *scopes)},
    }
    return {**found, "run": pages.last_run(desk, name), "nonces": nonces}


@router.post("/workflows/{name}/run")
def run(desk: AtDesk, session: Session, sent: SentForm, name: str) -> Response:
    """Run a workflow now; `state` is running while it goes on (then ask again)."""
    return pages.run(desk, session, sent.for_program(), name)


@router.post("/pause")
def pause(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Stop a scope: `all`, `workflow:NAME`, `agent:NAME` or `connector:NAME`."""
    return brake.pause_scope(desk, session, sent.for_program())


@router.post("/resume")
def resume(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Let a scope go on."""
    return brake.resume_scope(desk, session, sent.for_program())


@router.get("/metrics")
def read_metrics(
    desk: AtDesk,
    *,
    workflow: Name = "",
    agent: Name = "",
    connector: Name = "",
    days: Days = 7,
) -> JsonObject:
    """Return the metrics of the last days, as `aios metrics --json` does."""
    scope = Scope(since=timedelta(days=days), workflow=workflow, agent=agent, connector=connector)
    return metrics(desk.kernel, scope)


def _brake(desk: Desk, session: SessionRow, scope: str) -> dict[str, JsonValue]:
    nonce = new_nonce(desk.kernel, session.id, brake.about(scope))
    return {"pause": nonce, "resume": nonce}

"""Owns the workflows, the brake and the metrics as JSON."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import (
    Days,
    OfAgent,
    OfConnector,
    OfWorkflow,
    WorkflowName,
)
from aios_defs.console.api.shapes.shape import Plain
from aios_defs.console.api.shapes.workflows import (
    Metrics,
    Pause,
    Paused,
    Resume,
    Resumed,
    Run,
    Workflow,
    Workflows,
)
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


@router.get("/workflows", operation_id="list_workflows", **gives(Workflows))
def index(desk: AtDesk, session: Session) -> Response:
    """Return every workflow; `nonces` are for pausing and resuming everything."""
    nonces = _brake(desk, session, "all")
    return JSONResponse({**workflows(desk.kernel), "nonces": nonces})


@router.get("/workflows/{name}", operation_id="read_workflow", **gives(Workflow))
def one(desk: AtDesk, session: Session, name: WorkflowName, days: Days = 7) -> Response:
    """Return one workflow with its evidence, rules and metrics of the last days."""
    found = workflow(desk.kernel, name, since=timedelta(days=days))
    scopes = desk.kernel.workflow(name).scopes.values()
    nonces: JsonObject = {
        "run": new_nonce(desk.kernel, session.id, f"run:{name}"),
        **{scope: _brake(desk, session, scope) for scope in ("all", *scopes)},
    }
    return JSONResponse({**found, "run": pages.last_run(desk, name), "nonces": nonces})


@router.post("/workflows/{name}/run", operation_id="run_workflow", **gives(Run), **takes(Plain))
def run(desk: AtDesk, session: Session, sent: SentForm, name: WorkflowName) -> Response:
    """Run a workflow now; `state` is running while it goes on (then ask again)."""
    return pages.run(desk, session, sent.for_program(), name)


@router.post("/pause", operation_id="pause_scope", **gives(Paused), **takes(Pause))
def pause(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Stop a scope: `all`, `workflow:NAME`, `agent:NAME` or `connector:NAME`."""
    return brake.pause_scope(desk, session, sent.for_program())


@router.post("/resume", operation_id="resume_scope", **gives(Resumed), **takes(Resume))
def resume(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Let a scope go on."""
    return brake.resume_scope(desk, session, sent.for_program())


@router.get("/metrics", operation_id="read_metrics", **gives(Metrics))
def read_metrics(
    desk: AtDesk,
    *,
    workflow: OfWorkflow = "",
    agent: OfAgent = "",
    connector: OfConnector = "",
    days: Days = 7,
) -> Response:
    """Return the metrics of the last days, as `aios metrics --json` does."""
    scope = Scope(since=timedelta(days=days), workflow=workflow, agent=agent, connector=connector)
    return JSONResponse(metrics(desk.kernel, scope))


def _brake(desk: Desk, session: SessionRow, scope: str) -> dict[str, JsonValue]:
    nonce = new_nonce(desk.kernel, session.id, brake.about(scope))
    return {"pause": nonce, "resume": nonce}

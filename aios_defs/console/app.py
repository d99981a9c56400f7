"""Owns the console application: its pages, their JSON twins, static files, errors, the guard."""

from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from aios_defs.console import problems
from aios_defs.console.api import activity as api_activity
from aios_defs.console.api import compounding as api_compounding
from aios_defs.console.api import digests as api_digests
from aios_defs.console.api import everything as api_everything
from aios_defs.console.api import flows
from aios_defs.console.api import health as api_health
from aios_defs.console.api import inbox as api_inbox
from aios_defs.console.api import labels as api_labels
from aios_defs.console.api import memory as api_memory
from aios_defs.console.api import quality as api_quality
from aios_defs.console.api import settings as api_settings
from aios_defs.console.api import workflows as api_workflows
from aios_defs.console.api.schema import api_schema
from aios_defs.console.desk import Desk
from aios_defs.console.door import console_door
from aios_defs.console.guard import Guard
from aios_defs.console.live import router as live
from aios_defs.console.routes import (
    activity,
    brake,
    compounding,
    dagster,
    digests,
    docs,
    everything,
    facts,
    health,
    inbox,
    labels,
    lists,
    login,
    memory,
    messages,
    people,
    quality,
    settings,
    trace,
    workflows,
)
from aios_defs.console.shell import STATIC

PAGES = (
    live,
    login.router,
    dagster.router,
    activity.router,
    trace.router,
    messages.router,
    people.router,
    everything.router,
    facts.router,
    labels.router,
    memory.router,
    lists.router,
    compounding.router,
    health.router,
    quality.router,
    brake.router,
    inbox.router,
    workflows.router,
    digests.router,
    settings.router,
    docs.router,
)
API = (
    api_activity.router,
    api_digests.router,
    api_memory.router,
    api_labels.router,
    api_compounding.router,
    api_everything.router,
    api_health.router,
    api_quality.router,
    api_settings.router,
    flows.router,
    api_inbox.router,
    api_workflows.router,
)


def console_app(desk: Desk) -> ASGIApp:
    """Return the console over a desk, as an ASGI application behind its guard."""
    return Guard(bare_app(desk), console_door(desk))


def bare_app(desk: Desk) -> FastAPI:
    """Return the console without its guard: for tests of what lies behind it."""
    app = FastAPI(
        title="AIOS",
        summary="One inbox of decisions: read, decide, undo, trace.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = desk
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    for router in API:
        app.include_router(router)
    app.mount("/static", _Static(directory=STATIC), name="static")
    problems.install(app)
    app.openapi = partial(api_schema, app)
    return app


class _Static(StaticFiles):
    """Our styles and scripts: kept by the browser, and asked whether they are still the same."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - as inherited
        """Return a file with what a cache may do with it."""
        found = super().file_response(*args, **kwargs)
        found.headers["Cache-Control"] = "no-cache"
        return found

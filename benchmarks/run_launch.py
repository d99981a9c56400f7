"""Owns the launch of a Dagster run, as its UI does it, for benchmarks to stand beside.

A one-op job, a warm code server, no queue: the least that a launched run costs. The launcher still
starts a process that imports everything.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.testclient import TestClient

_LOCATION, _MODULE = "bench", "benchmarks.one_op"
_LAUNCH = """
mutation Launch($selector: JobOrPipelineSelector!, $config: RunConfigData) {
  launchRun(executionParams: {selector: $selector, runConfigData: $config}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
  }
}
"""
_STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_SELECTOR = {
    "repositoryLocationName": _LOCATION,
    "repositoryName": "__repository__",
    "jobName": "one_op",
}
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_INSTANCE = """
telemetry: {enabled: false}
run_coordinator: {module: dagster.core.run_coordinator, class: DefaultRunCoordinator}
"""


def launch_ms(folder: Path, launches: int) -> list[float]:
    """Return how many milliseconds each launch took, from the request to the end of its run."""
    (folder / "dagster.yaml").write_text(_INSTANCE)
    os.environ["DAGSTER_HOME"] = str(folder)
    with _webserver() as client:
        return [_launch(client) for _ in range(launches)]


@contextmanager
def _webserver() -> Iterator[TestClient]:
    target = ModuleTarget(
        module_name=_MODULE, attribute="defs", working_directory=None, location_name=_LOCATION
    )
    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, target) as context,
        TestClient(create_app_from_workspace_process_context(context)) as client,
    ):
        yield client


def _launch(client: TestClient) -> float:
    started = time.perf_counter()
    launched = _ask(client, _LAUNCH, {"selector": _SELECTOR, "config": _QUIET})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]
    while (status := _ask(client, _STATUS, {"id": run_id})["runOrError"]["status"]) != "SUCCESS":
        assert status in {"NOT_STARTED", "STARTING", "STARTED"}, status
        time.sleep(0.05)
    return (time.perf_counter() - started) * 1000


def _ask(client: TestClient, query: str, variables: dict[str, object]) -> dict[str, dict]:
    answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    return answer["data"]
